/**
 * Realistic tags, one file per line: the texts, then their bytes in hexadecimal in the
 * encoding of their time. They were written down before any detector was run on them.
 */
const LINES: Readonly<Record<string, string>> = {
  gbk: `
晴天 | 周杰伦 | 叶惠美 = c7e7ccec d6dcbddcc2d7 d2b6bbddc3c0
后来 | 刘若英 = baf3c0b4 c1f5c8f4d3a2
海阔天空 | Beyond | 乐与怒 = baa3c0abccecbfd5 4265796f6e64 c0d6d3ebc5ad
十年 | 陈奕迅 = caaec4ea b3c2dec8d1b8
月亮代表我的心 | 邓丽君 = d4c2c1c1b4fab1edced2b5c4d0c4 b5cbc0f6befd
夜曲 = d2b9c7fa
平凡之路 | 朴树 | 猎户星座 = c6bdb7b2d6aec2b7 c6d3caf7 c1d4bba7d0c7d7f9
小苹果 | 筷子兄弟 = d0a1c6bbb9fb bfead7d3d0d6b5dc
听妈妈的话 (Live) | 周杰伦 = ccfdc2e8c2e8b5c4bbb020284c69766529 d6dcbddcc2d7
国庆60周年阅兵式 | CCTV-1 = b9fac7ec3630d6dcc4ead4c4b1f8cabd 434354562d31
第三讲 微积分基本定理 | 高等数学 = b5dac8fdbdb220cea2bbfdb7d6bbf9b1beb6a8c0ed b8dfb5c8cafdd1a7
爸爸生日2009 = b0d6b0d6c9fac8d532303039
新录音 12 = d0c2c2bcd2f4203132
喀什噶尔的胡杨 | 刀郎 = bfa6cab2b8c1b6fbb5c4bafad1ee b5b6c0c9`,
  big5: `
愛情轉移 | 陳奕迅 = b752b1a1c2e0b2be b3afabb3a8b3
K歌之王 | 陳奕迅 | 打得火熱 = 4bba71a4a7a4fd b3afabb3a8b3 a5b4b16fa4f5bcf6
吻別 | 張學友 = a76ba74f b169bec7a4cd
青花瓷 | 周杰倫 | 我很忙 = ab43aae1b2a1 a950aa4eaddb a7daabdca6a3
小幸運 | 田馥甄 = a470a9afb942 a5d0c34cbac2
千千闋歌 | 陳慧嫻 = a464a464c1f0ba71 b3afbc7abc5f
光輝歲月 | Beyond = a5fabdf7b7b3a4eb 4265796f6e64
演講錄音 = ba74c1bfbffdadb5
聽海 | 張惠妹 = c5a5aefc b169b466a966`,
  shift_jis: `
世界に一つだけの花 | SMAP = 90a28a4582c988ea82c282be82af82cc89d4 534d4150
First Love | 宇多田ヒカル = 4669727374204c6f7665 894691bd93638371834a838b
夜に駆ける | YOASOBI = 96e982c98bec82af82e9 594f41534f4249
千本桜 | 黒うさP feat. 初音ミク = 90e7967b8df7 8d9582a482b35020666561742e208f8989b9837e834e
津軽海峡・冬景色 | 石川さゆり = 92c38c798a438bac8145937e8c699046 90ce90ec82b382e482e8
となりのトトロ | 久石譲 = 82c682c882e882cc83678367838d 8b7690ce8ff7
会議録音 | 営業部 = 89ef8b63985e89b9 89638bc69594
桜 | コブクロ = 8df7 83528375834e838d
残酷な天使のテーゼ | 高橋洋子 | 新世紀エヴァンゲリオン = 8e638d9382c893568e6782cc8365815b835b 8d828bb4976d8e71 905690a28b4983478394834083938351838a83498393
雪国 | 吉幾三 = 90e18d91 8b678af48e4f
上を向いて歩こう | 坂本九 = 8fe382f08cfc82a282c495e082b182a4 8de2967b8be3
ﾄﾗｯｸ01 | ﾌﾒｲ = c4d7afb83031 ccd2b2
Everything | MISIA = 45766572797468696e67 4d49534941
第3回講義 熱力学 = 91e63389f18d758b6020944d97cd8a77`,
  "euc-kr": `
강남스타일 | 싸이 | 싸이6甲 = b0adb3b2bdbac5b8c0cf bdcec0cc bdcec0cc36cba3
벚꽃 엔딩 | 버스커 버스커 = baa2b2c920bfa3b5f9 b9f6bdbac4bf20b9f6bdbac4bf
애국가 = bed6b1b9b0a1
가시나무 | 시인과 촌장 = b0a1bdc3b3aab9ab bdc3c0ceb0fa20c3ccc0e5
거짓말 | 빅뱅 | Always = b0c5c1feb8bb baf2b9f0 416c77617973
좋은 날 | 아이유 | REAL = c1c1c0ba20b3af bec6c0ccc0af 5245414c
사랑했지만 | 김광석 = bbe7b6fbc7dfc1f6b8b8 b1e8b1a4bcae
녹음 파일 3 = b3ecc0bd20c6c4c0cf2033
봄날 | 방탄소년단 = babdb3af b9e6c5babcd2b3e2b4dc
서울의 달 | 김건모 = bcadbfefc0c720b4de b1e8b0c7b8f0`,
  "windows-1251": `
Звезда по имени Солнце | Кино = c7e2e5e7e4e020efee20e8ece5ede820d1eeebedf6e5 cae8edee
Прогулки по воде | Наутилус Помпилиус | Чужая земля = cff0eee3f3ebeae820efee20e2eee4e5 cde0f3f2e8ebf3f120cfeeecefe8ebe8f3f1 d7f3e6e0ff20e7e5ecebff
Моё сердце | Сплин = cceeb820f1e5f0e4f6e5 d1efebe8ed
Осень | ДДТ = cef1e5edfc c4c4d2
Катюша = cae0f2fef8e0
Лекция 4. Термодинамика | МГУ = cbe5eaf6e8ff20342e20d2e5f0eceee4e8ede0ece8eae0 ccc3d3
Вахтёрам | Бумбокс | Меломанія = c2e0f5f2b8f0e0ec c1f3ece1eeeaf1 cce5ebeeece0edb3ff
Обійми | Океан Ельзи = cee1b3e9ece8 ceeae5e0ed20c5ebfce7e8
Запись разговора 12 = c7e0efe8f1fc20f0e0e7e3eee2eef0e0203132
Владимирский централ | Михаил Круг = c2ebe0e4e8ece8f0f1eae8e920f6e5edf2f0e0eb cce8f5e0e8eb20caf0f3e3
Дорожка 1 | Неизвестный исполнитель = c4eef0eee6eae02031 cde5e8e7e2e5f1f2edfbe920e8f1efeeebede8f2e5ebfc
Nautilus - Крылья | НАУТИЛУС = 4e617574696c7573202d20caf0fbebfcff cdc0d3d2c8cbd3d1
Юг = dee3
Моя страна | Софи Маринова = cceeff20f1f2f0e0ede0 d1eef4e820cce0f0e8edeee2e0`,
  "koi8-r": `
Белая гвардия | Зоопарк = e2c5ccc1d120c7d7c1d2c4c9d1 facfcfd0c1d2cb
Старик Козлодоев | Аквариум = f3d4c1d2c9cb20ebcfdacccfc4cfc5d7 e1cbd7c1d2c9d5cd`,
  "windows-1250": `
Sen o Warszawie | Czesław Niemen = 53656e206f20576172737a61776965 437a6573b36177204e69656d656e
Małgośka | Maryla Rodowicz = 4d61b3676f9c6b61 4d6172796c6120526f646f7769637a
Dziwny jest ten świat | Czesław Niemen = 447a69776e79206a6573742074656e209c77696174 437a6573b36177204e69656d656e
Lásko má já stůňu | Helena Vondráčková = 4ce1736b6f206de1206ae1207374f9f275 48656c656e6120566f6e6472e1e86b6f76e1
Když muž se ženou snídá | Karel Gott = 4b64799e206d759e207365209e656e6f7520736eed64e1 4b6172656c20476f7474
Gyöngyhajú lány | Omega | 10000 lépés = 4779f66e677968616afa206ce16e79 4f6d656761 3130303030206ce970e973
Žena je žena | Đorđe Balašević = 8e656e61206a65209e656e61 d06f72f0652042616c619a657669e6
Vltava | Bedřich Smetana | Má vlast = 566c74617661 426564f869636820536d6574616e61 4de120766c617374
Přednáška č. 5 | Fyzika = 50f865646ee19a6b6120e82e2035 46797a696b61
Ő az én babám | Zsédenyi Adrienn = d520617a20e96e20626162e16d 5a73e964656e79692041647269656e6e`,
  "iso-8859-2": `
Jožin z bažin | Ivan Mládek = 4a6fbe696e207a206261be696e 4976616e204d6ce164656b
Żeby Polska była Polską | Jan Pietrzak = af65627920506f6c736b61206279b36120506f6c736bb1 4a616e2050696574727a616b
Szerelem első vérig | Dés László = 537a6572656c656d20656c73f52076e9726967 44e973204ce1737a6cf3`,
  "windows-1252": `
La vie en rose | Édith Piaf = 4c612076696520656e20726f7365 c9646974682050696166
Für Elise | Ludwig van Beethoven = 46fc7220456c697365 4c75647769672076616e2042656574686f76656e
99 Luftballons | Nena | Größte Hits = 3939204c75667462616c6c6f6e73 4e656e61 4772f6df74652048697473
Señorita | José Feliciano = 5365f16f72697461 4a6f73e92046656c696369616e6f
Aquarela do Brasil | João Gilberto | Mãe = 4171756172656c6120646f2042726173696c 4a6fe36f2047696c626572746f 4de365
Hoppípolla | Sigur Rós = 486f7070ed706f6c6c61 53696775722052f373
Smörgåsbord | Håkan Hellström = 536df67267e573626f7264 48e56b616e2048656c6c737472f66d
Où sont passées nos rêves = 4ff920736f6e742070617373e96573206e6f732072ea766573
Entrevista nº 3 | Colégio São João = 456e7472657669737461206eba2033 436f6ce967696f2053e36f204a6fe36f
Déjà Vu | Beyoncé = 44e96ae0205675 4265796f6e63e9
Blå himmel | Ørsted & Søn = 426ce52068696d6d656c d8727374656420262053f86e
Don’t Stop Me Now | Queen – Greatest Hits = 446f6e92742053746f70204d65204e6f77 517565656e20962047726561746573742048697473
Übermäßig müßig | Die Ärzte = dc6265726de4df6967206dfcdf6967 44696520c4727a7465
¿Dónde está? | Niña Pastori = bf44f36e646520657374e13f 4e69f16120506173746f7269
L’été indien | Joe Dassin = 4c92e974e920696e6469656e 4a6f652044617373696e
ÄÖÜ | MÖTLEY CRÜE = c4d6dc 4dd6544c4559204352dc45`,
  "windows-1253": `
Μισιρλού | Γιώργος Νταλάρας = cce9f3e9f1ebeffd c3e9fef1e3eff220cdf4e1ebdcf1e1f2
Ζορμπάς | Μίκης Θεοδωράκης = c6eff1ecf0dcf2 ccdfeae7f220c8e5efe4f9f1dceae7f2
Τα παιδιά του Πειραιά | Μελίνα Μερκούρη = d4e120f0e1e9e4e9dc20f4eff520d0e5e9f1e1e9dc cce5ebdfede120cce5f1eaeffdf1e7
Συνέντευξη 2 = d3f5edddedf4e5f5eee72032`,
  "windows-1254": `
Şımarık | Tarkan = defd6d6172fd6b 5461726b616e
Gülümse | Sezen Aksu = 47fc6cfc6d7365 53657a656e20416b7375
Uzun ince bir yoldayım | Âşık Veysel = 557a756e20696e63652062697220796f6c646179fd6d c2fefd6b2056657973656c
İstanbul hatırası | Müslüm Gürses = dd7374616e62756c20686174fd726173fd 4dfc736cfc6d2047fc72736573`,
  "windows-1255": `
ירושלים של זהב | נעמי שמר = e9f8e5f9ece9ed20f9ec20e6e4e1 f0f2eee920f9eef8
הבה נגילה = e4e1e420f0e2e9ece4
שיעור 3 | אוניברסיטה = f9e9f2e5f82033 e0e5f0e9e1f8f1e9e8e4`,
  "windows-1256": `
أنت عمري | أم كلثوم = c3e4ca20dae3d1ed c3e320dfe1cbe6e3
نسم علينا الهوى | فيروز = e4d3e320dae1ede4c720c7e1e5e6ec ddedd1e6d2
محاضرة = e3cdc7d6d1c9`,
  "windows-874": `
ลาวดวงเดือน | คาราบาว = c5d2c7b4c7a7e0b4d7cdb9 a4d2c3d2bad2c7
ความรักดีๆ | ปาล์มมี่ = a4c7d2c1c3d1a1b4d5e6 bbd2c5ecc1c1d5e8
บันทึกเสียง 5 = bad1b9b7d6a1e0cad5c2a72035`,
};

export const oldTags = Object.entries(LINES).flatMap(([encoding, lines]) =>
  lines
    .trim()
    .split("\n")
    .map((line) => {
      const [texts = "", hex = ""] = line.split(" = ");
      return { encoding, texts: texts.split(" | "), hex: hex.split(" ") };
    }),
);
