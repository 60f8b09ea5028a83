import type { Effect } from './lexicon.ts'

/**
 * Orders in further languages, in the forms in which one tells somebody to do something:
 * Portuguese, Polish, Czech, Russian, Ukrainian, Swedish, Turkish, Indonesian, Chinese, Japanese
 * and Korean.
 */
export const FAR_VERBS: readonly [Effect, string][] = [
  [
    'read',
    `leia ler abra abrir procure procurar busque consulte consultar verifique verificar acesse
      acessar visite visitar confira confirme confirmar
      przeczytaj otwórz otworzyć sprawdź sprawdzić wyszukaj znajdź odwiedź pobierz pobrać
      přečti otevři zkontroluj najdi navštivte
      прочитай прочитайте прочитать открой откройте открыть найди найдите найти проверь проверьте
      проверить посети посетите посетить відкрийте знайдіть перевірте
      läs öppna besök kontrollera hämta aç açın açınız oku okuyun bulun arayın
      baca buka cari kunjungi periksa
      查看 查询 查找 打开 访问 读取 阅读 搜索 檢查 检查 開啟 查詢
      検索 確認 閲覧 参照 取得 開 読 訪問 열어주세요 여세요 확인하세요 확인해주세요 조회하세요 방문하세요`,
  ],
  [
    'send',
    `envie enviar mande mandar encaminhe encaminhar publique publicar compartilhe compartilhar
      responda responder escreva escrever avise avisar poste postar
      wyślij wysłać prześlij przesłać przekaż przekazać opublikuj opublikować udostępnij udostępnić
      odpowiedz odpowiedzieć napisz napisać powiadom powiadomić
      pošli pošlete poslat přepošli odešli zveřejni sdílej napiš
      отправь отправьте отправить пришли пришлите перешли перешлите переслать опубликуй опубликуйте
      опубликовать напиши напишите написать сообщи сообщите сообщить ответь ответьте поделись
      поделитесь надішліть відправте перешліть напишіть опублікуйте
      skicka vidarebefordra publicera dela svara meddela gönder gönderin gönderiniz ilet iletin
      paylaş paylaşın yayınla yayınlayın yaz yazın yanıtla yanıtlayın bildirin
      kirim kirimkan teruskan bagikan balas publikasikan
      发送 發送 发给 转发 轉發 发布 發布 发表 分享 回复 回覆 通知 上传 上傳 寄送
      送信 送付 転送 投稿 共有 返信 連絡 公開 送 보내세요 보내주세요 보내십시오 전송하세요 전송해주세요
      전달하세요 전달해주세요 게시하세요 공유하세요 공유해주세요 답장하세요 알려주세요`,
  ],
  [
    'pay',
    `transfira transferir pague pagar compre comprar reembolse reembolsar deposite depositar
      przelej przelać zapłać zapłacić kup kupić zwróć opłać opłacić
      zaplať zaplaťte převeď převeďte kup kupte uhraď
      переведи переведите перевести оплати оплатите оплатить заплати заплатите заплатить купи купите
      купить верни верните перекажіть сплатіть купіть
      betala överför köp återbetala öde ödeyin ödeyiniz satın havale
      bayar transfer beli 转账 轉帳 汇款 匯款 支付 付款 购买 購買 退款 转钱
      送金 振込 支払 購入 返金 入金 払 송금하세요 송금해주세요 이체하세요 이체해주세요 결제하세요 지불하세요`,
  ],
  [
    'delete',
    `exclua excluir apague apagar remova remover cancele cancelar delete deletar elimine
      usuń usunąć skasuj skasować anuluj anulować odwołaj wyczyść wyłącz
      smaž smažte odstraň odstraňte zruš zrušte
      удали удалите удалить сотри сотрите отмени отмените отменить видаліть скасуйте
      radera avboka sil silin siliniz kaldır kaldırın iptal
      hapus batalkan 删除 刪除 移除 取消 清空 注销
      削除 消去 取消 解除 解約 消 삭제하세요 삭제해주세요 지우세요 취소하세요 취소해주세요 제거하세요`,
  ],
  [
    'grant',
    `conceda conceder autorize autorizar convide convidar aprove aprovar libere liberar
      zaproś zaprosić nadaj nadać przyznaj przyznać zatwierdź zatwierdzić
      pozvi pozvěte schval povol udělej
      пригласи пригласите пригласить предоставь предоставьте предоставить разреши разрешите одобри
      одобрите запросіть надайте
      bjud godkänn davet onayla onaylayın undang setujui
      邀请 邀請 授权 授權 批准 允许 招待 承認 許可 付与 초대하세요 초대해주세요 승인하세요 허용하세요`,
  ],
  [
    'execute',
    `execute executar rode rodar inicie iniciar instale instalar
      uruchom uruchomić wykonaj wykonać zainstaluj zainstalować
      spusť spusťte nainstaluj запусти запустите запустить выполни выполните выполнить установи
      установите запустіть виконайте kör starta installera çalıştır çalıştırın yükleyin
      jalankan 执行 執行 运行 運行 安装 安裝 启动 実行 起動 실행하세요 실행해주세요 설치하세요`,
  ],
  [
    'write',
    `altere alterar mude mudar atualize atualizar crie criar adicione adicionar inclua incluir
      substitua substituir agende agendar reserve reservar salve salvar troque registre registrar
      modifique defina acrescente
      zmień zmienić zaktualizuj zaktualizować utwórz utworzyć dodaj dodać zarezerwuj zarezerwować
      zapisz zapisać ustaw ustawić zamień dopisz umów
      změň změňte aktualizuj vytvoř vytvořte přidej přidejte nastav zarezervuj ulož
      измени измените изменить обнови обновите обновить создай создайте создать добавь добавьте
      добавить запиши запишите забронируй забронируйте смени смените замени замените установите
      допиши допишите змініть створіть додайте оновіть
      ändra byt uppdatera skapa boka ersätt spara
      değiştir değiştirin güncelle güncelleyin oluştur oluşturun ekle ekleyin ayarlayın kaydedin
      ayırtın ubah ganti perbarui buat tambahkan simpan pesan
      修改 更改 更新 创建 創建 建立 新建 新增 添加 写入 寫入 预订 預訂 设置 設定 安排 保存
      変更 作成 追加 登録 予約 編集 保存 記入 更新 書 변경하세요 변경해주세요 수정하세요 생성하세요
      만드세요 만들어주세요 추가하세요 추가해주세요 예약하세요 예약해주세요 등록하세요 업데이트하세요`,
  ],
]

/** Please, kindly; endings that ask somebody to do what stands before them. */
export const FAR_PLEAS = `
  proszę prosimy prosím favor gentileza пожалуйста прошу просьба просим прохання snälla vänligen
  lütfen tolong mohon silakan 请 請 麻烦 麻煩 烦请
  ください てください してください んでください いてください ってください えてください でください
  下さい して下さい しなさい なさい すること せよ お願いします をお願いします いします
  していただけますか ていただけますか してほしい しておいてください 부탁드립니다 부탁합니다 주세요 해주세요 하세요`

/** You must, one has to, it is needed. */
export const FAR_DUTIES = `
  deve deverá devem precisa necessário należy musisz trzeba powinieneś powinien należało musíte
  musíš třeba нужно надо необходимо должен должны следует требуется треба потрібно måste bör ska
  gerekiyor lazım harus wajib 必须 必須 务必 務必 需要 应当 应该 必要 把`
