/*
 * Made by `npm run quality:requests` of the lines in `test/quality/requests`: change those.
 * A stem and its weight in hundredths of log odds: above zero it tells that something is handed
 * over. `@` stands for any name, `#` for any value.
 */

export const INTERCEPT = 52

export const ANYWHERE = `
  # -49 : -67 ? -340 @ -8 a -181 ab 81 about -54 accept 13 access -34 accord 68 accordingl 54
  account -9 act 121 add -114 admin -32 after 39 again 11 agenc 35 agenda 22 agre 44 ahead 23
  al -101 alert -12 all 38 alwa 38 am 28 amount -19 an -56 and -94 another -53 answer 30 any -85
  anyth 11 app -19 appl 52 applic 4 appoint -40 approv 44 arbeit 81 archiv -20 are 46 arrang 36
  arriv -35 as 109 asap 38 ask 119 assign -45 assist 39 at -75 atiend 75 attach 52 attend 138
  audit -28 auditor -8 aus 68 authoris 15 away -9 b -31 back -40 backlog 19 balanc -6 bank -66
  bas 30 be 59 been -44 befor -148 below 32 benno 25 best -5 bill 52 birthda -37 bitt 100
  bittet 35 blue -64 board 55 book -20 bos -12 both -39 bother 19 brief -20 bring 83 budget -71
  business 7 buy -25 by -32 calendar -4 call -61 came 71 can -24 cancel -55 cancell 19 car -19
  card -65 care 107 carr 143 ce 107 chang 37 channel -35 charg -8 chat -13 che 56 cheapest -43
  check -71 checklist 18 claim 82 clean -49 clear 79 clos -72 club 8 coffe -27 column -48
  com -44 come -37 como 32 compan 36 compar -84 compl 86 complain 16 complaint 5 complet 9
  connect -57 consider 79 contact -21 content 110 convert -31 correct 32 correo -4 cost -34
  could 126 council 30 count -64 court 33 creat -66 customer 31 d 15 danach 66 darum 49 das 80
  dat 11 data 16 date -54 day -33 de 58 deal 105 dealt 51 decid -21 del 37 delet -196 demand 88
  den -123 deposit 60 depot 7 der 14 describ 97 desk 84 detail -9 dice -7 dich 88 did -77
  die -34 digest -21 dinner -25 direct -13 discount 6 discuss -7 do 181 doc 8 doctor 13 docu -72
  documento -17 doe -48 doing 64 don 14 done 174 door -24 dos 19 down -24 dr -31 draft 22
  drill 107 drop -45 du 24 due -12 duplicat -25 each -93 einfach 35 el -31 else -15 empt -58
  encárgat 44 end 68 enter 7 entr 33 er 6 erledig 50 error -89 escrito 32 est 28 está 50 etwa 49
  euro -83 even 5 event -6 ever 14 everyon 7 everyth 177 exactl 38 execut 68 explain -34
  export -41 fai 35 far -53 fas -35 favor 37 favour 60 feedback 29 few 23 fil 60 file 31 fill 6
  find -138 fine 56 finish 81 fire -31 first -25 five -137 fix 28 flat -48 flight -9 flower -10
  folder -68 follow 77 for -33 form 109 forward -98 four -66 free -22 fridg -15 friend -5
  from 45 fulfil 67 full 8 garag -39 geschrieben 30 get 9 gist -11 giv 39 give -35 go 110
  going 5 good -23 grant 24 great 12 group -20 guest 32 guid 32 gym -17 hall -25 hand 33
  handl 109 handover 29 happ 51 happen 82 has 8 hat 41 have 23 haz 40 he 26 hello -68 help 60
  her 42 here 13 het 66 hey 43 him -76 his 41 home -33 hotel -13 hour -31 how -84 i -16 if -139
  il -56 imple 98 in 80 inbox 42 increas -26 ine 14 inform 31 inspect -26 instruct 90
  insuranc 41 into -30 intranet -52 invit 30 invoic -75 is -73 issu -53 it 63 item -8 job 5
  just -29 kay 76 keep -10 key -46 kind 59 kindl 60 kitchen -79 knock 27 know -69 kurz -35
  kümmer 61 la 7 label -81 laissé 95 landlord 25 last -92 late -48 later -73 latest -62 le 70
  leav -46 left 187 legal -6 les 74 let 20 letter 50 lie -6 liegt 49 light -29 like 57 limit -59
  lin -98 line -54 list 37 ll -65 lo 59 log -22 login -77 logo -53 long -16 longer 4 look 103
  loop 23 lost -58 lunch -32 m 7 mach 55 machin -26 mail 87 main -32 make 78 manual 35 many -50
  mark -38 matter 108 me -68 measur -46 meet -25 memo 29 mention 15 merg -69 messag 162 met 20
  milk -46 minut 72 mir -6 mira 7 miss -13 mone 19 month -41 mood -78 more -34 morn -25 most -4
  move -66 mr 44 much -34 museum -15 must -61 my -124 nam 46 name -40 near -12 necessar 35
  need 32 new -29 newsletter -64 next 49 night 27 no -34 noon 50 not -47 note 112 noth 38
  notic 6 nou 95 now 25 number -101 o 65 occup 33 of -87 off 27 offer 51 offic -10 olga 11
  on -36 once 33 one 7 only -82 open -30 ops 5 opt 26 order 36 other -47 our -63 out 10 over -20
  overview -65 owe -20 owner 30 pack -22 packag 13 page -39 paid -120 parcel -6 part -34
  participant -16 patient -74 pay -38 peopl 43 per 55 percent -66 petición 61 petit 14 phon -42
  photo -108 pick 62 pide 39 plac 49 plan 92 plat 31 plaît 12 pleas 98 pls 38 plumber -8 pm -20
  point 119 por 37 port -27 post -67 practic 46 pric -78 print -110 printer -11 proce 113
  procedur 78 process 71 product -41 project -15 promis 82 propos 84 proposal 72 pull -157
  put -26 quarter -9 que 63 quest -26 queu 30 qui 28 quicker 18 quot -21 rais 17 rat -42
  rate -21 re -31 react 95 read -40 recommend -9 record -44 refund 7 registr -26 regular 10
  releas -32 remark 120 remind -13 reminder 25 remov -35 rent -38 repl 66 report 116 request 164
  reschedul -5 reserv -43 reset 35 resolv 166 rest 108 restart -66 restaurant -30 result 4
  return -14 review -43 reviewer 72 right -32 roll -27 room -108 routin 63 row -18 run 56 s 144
  sag 66 said 8 sal -37 same 20 save -108 say 71 school 16 schreibt -8 scribbl 31 search -31
  second 14 see 39 send -73 sent 104 sentenc -67 serv 76 server -50 servic 14 set -26 settl 35
  shar -95 she 71 sheet -9 shift 64 ship -56 shop -45 shopp 36 short -40 should -57 show -86
  sign 28 sinc -7 six -20 sketch -44 slip 54 slot 37 small -33 so 14 someth 68 sort 88 sound 7
  spar -16 staat 6 stand 87 star -43 start -30 stat 9 statu -25 steht 10 step 44 stick 46
  still -13 stock -24 stop -69 suggest 92 suit 19 summar -35 summaris -126 sunita 19
  supplier -27 support 14 system 43 tabl -90 tak 33 take 126 tal 32 task 33 tax -22 te 12
  team -30 tell -117 temperatur -37 ten -59 tenant -41 test -49 text -29 than -60 thank -57
  the -50 their -89 them 38 then -134 ther 91 they 19 thing 89 think -33 thre -84 thread 14
  through 67 tick 45 ticket 85 time 118 to -135 toi 33 told -35 tomorrow -18 too -37 total -90
  tout 26 track -55 trait 95 transfer 48 translat -74 travel -16 treat 85 trip -19 true -13
  trust 20 twic -121 two -63 um 40 un 18 und 25 under -58 until -40 up -41 updat 13 us 46 use 57
  used -16 user -53 usual 8 vac -62 van -6 voicemail 61 von 43 vor 13 wait 38 want 123 was -48
  water -55 way 98 we -137 weather -6 websit -22 week -50 weekend -7 well -13 were 13 what 66
  whatever 176 when -16 wher 44 whether -68 which -68 whichever 64 who -26 whoever 24 whom -14
  wie 23 wiki 66 will -34 wish 180 with 35 word -60 work 139 worum 35 would 93 wrap 31 writ -88
  written 34 wrot 35 y 26 year -54 yes 76 yesterda -48 yet -33 you 219 your 157 zusammen -76
  à -112 écrit 52`

export const OPENING = `
  a -9 accept 14 act 79 add -57 all 80 and 51 another 14 answer -19 anyth 30 appl 43 approv -11
  arbeit 76 arrang -4 ask -105 assign -23 atiend 68 be 110 benno 25 bitt 29 book 49 bring 70
  buy -17 by 88 call -43 can 56 cancel -21 carr 28 chang -7 check -31 clear 78 clos 34
  compar -13 complet 8 consider 79 copy -25 could 98 count -63 creat 36 deal -4 delet 9 did -13
  do 25 doe 12 don 14 dr -31 drop -72 encárgat 44 enter 13 erledig 50 everyth 35 execut 5
  explain -49 export -41 fai 35 fas -35 find -49 finish 17 first 8 fix 15 follow 28 forward -28
  get 9 give 27 go 10 grant 21 handl 26 has -22 haz 40 hello -18 help 88 her 18 here 13 hey 43
  how -90 i 29 if -39 imple 68 in -74 increas -26 ine 14 invit 14 is -21 it -32 just -52 kay 76
  keep 47 kümmer 60 let 56 like 42 list -124 log -31 look 41 mach 55 mail 36 make 23 merg -69
  mira 7 move -66 mr 44 my 73 new 8 note -208 now -7 occup 33 of 58 olga 11 on -43 one -28
  open -10 order -9 our 11 pay 7 pick 84 pleas -55 post 17 print -48 proce 33 process 35
  pull -106 put -26 quot -46 read 77 refund -56 remind -9 remov -35 repl -27 reserv 5 roll -20
  run -15 same 109 save -38 say -17 search -29 see 58 send 11 serv 36 set -27 shar -83 ship 14
  show -47 sort 17 start -16 stick 79 summaris -121 sunita 19 take -38 tell -98 thank -121
  that 26 the 94 ther 54 thi 20 transfer 46 translat -47 treat 107 turn -34 updat 54 use 57
  von 49 was -17 we 36 what -87 whatever 65 when 5 wher -18 which -16 who -45 wie 23 work 95
  would 52 writ -51 yes 31 you -35 your 14`

export const SECOND = `
  # -61 @ -133 a -62 act -9 after 31 again 34 agre 44 all -69 am 11 an -92 are -44 as -39 ask 39
  at 18 back 108 bitt 60 can 54 ce 40 check -21 d -9 de 50 dich 38 did -7 do -48 doe -49
  einfach 35 everyon -5 everyth 29 follow 22 for 38 forward -45 from -20 give -8 go 16 has 18
  have 8 how -13 i 12 in -58 into 45 is -28 it -169 la 13 left 16 list 20 ll 5 lo 40 lost -27
  m 47 mail -22 make -56 many -14 me -157 messag 51 mir -72 much -8 my -92 need 24 next 46 of -4
  off 46 on 131 one 75 open -14 order -16 out 9 pleas 36 pls 38 point -63 promis 49 put -34
  read -6 request 19 s 75 see 59 should -20 so 25 sure -25 t 14 take -33 task -37 tell -59
  that 13 the -13 through 47 ticket -22 time 66 to 89 toi 33 two -40 un -76 up 7 want 13 what 12
  whatever 45 whether -14 with 41 word -20 work 19 wrot -6 you -41 your 4`
