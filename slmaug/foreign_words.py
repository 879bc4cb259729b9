"""The commonest small words of languages by ISO 639-1 code: what tells them apart in a short question.

Articles, pronouns, prepositions, conjunctions, auxiliaries and question words, with a few verbs and nouns that
questions are made of ("verwenden", "archivo"). All lower case, in their own spelling. A word may stand under several
languages; it then speaks for each of them, and less for either.
"""

from __future__ import annotations

WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "de": """
            der die das den dem des ein eine einen einem einer eines kein keine keinen und oder aber denn weil wenn als
            ob dass damit wie was wer wem wen wo wann warum wieso weshalb wofür wozu womit woran worauf wohin woher
            welche welcher welches welchen welchem ich du er sie es wir ihr mich mir dich dir sich uns euch man mein
            meine meinen meinem meiner dein deine sein seine unser unsere ihre ihren diese dieser dieses diesen diesem
            ist sind bin bist war waren wird werden wurde wurden hat habe haben hatte kann können könnte muss müssen
            soll sollte darf will möchte gibt geht macht machen nicht nichts noch nur auch schon sehr mehr immer hier da
            dann jetzt bitte mit ohne von vom zu zum zur bei beim nach aus auf für über unter vor hinter zwischen durch
            gegen um an am im ins seit während bis datei ordner verwenden benutzen lesen schreiben löschen ändern
            erstellen funktioniert bedeutet heißt unterschied brauche brauchen finde liegen liegt welch etwas alle alles
            jede jeden jeder neue neuen neu
        """,
        "fr": """
            le la les un une des du de d au aux et ou où mais car si que qu quoi qui dont quel quelle quels quelles
            lequel comment pourquoi quand combien est-ce c ce cet cette ces ça cela je j tu il elle on nous vous ils
            elles me m te t se s mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs y en ne n pas plus
            jamais rien aucun aucune est sont suis es êtes sommes était étaient être a as ai ont avons avez avait avoir
            peut peux pouvez puis faut dois doit fait faire faites dans sur sous avec sans pour par entre vers chez
            depuis avant après pendant contre l lire écrire fichier fichiers dossier supprimer utiliser utilise changer
            ajouter créer différence besoin marche fonctionne signifie dire veut tout tous toute toutes très bien aussi
            comme quelque même autre nouveau nouvelle sert
        """,
        "es": """
            el la los las un una unos unas lo de del al y e o u pero porque si que qué quién quien cuál cuáles cual cómo
            como dónde donde cuándo cuando cuánto cuántos por para con sin sobre entre desde hasta hacia según en a yo
            tú él ella usted nosotros ellos ellas me te se nos le les mi mis tu tus su sus nuestro nuestra este esta
            esto estos estas ese esa eso es son soy era fue ser está están estoy estar hay ha he han había tengo tiene
            tener puedo puede pueden poder debo debe hago hace hacer no nunca nada más muy también ya solo sólo todo
            todos toda todas otro otra algo archivo archivos fichero carpeta leer escribir borrar eliminar usar usa uso
            cambiar crear añadir necesito quiero sirve significa diferencia funciona falla nuevo nueva mismo
        """,
        "it": """
            il lo la i gli le un uno una di del dello della dei degli delle a al allo alla ai agli alle da dal dallo
            dalla dai dalle in nel nello nella nei nelle su sul sullo sulla sui sulle con per tra fra e ed o ma se che
            chi cosa cos come dove dov quando quanto quanti quale quali qual perché perche io tu lui lei noi voi loro mi
            ti si ci vi mio mia miei mie tuo tua suo sua nostro questo questa questi queste quello quella è sono sei
            siamo era essere c'è ho hai ha abbiamo hanno avere posso può possono puoi devo deve fare faccio fa non mai
            niente nulla più molto anche già solo tutto tutti tutta tutte altro cartella leggere leggo scrivere
            cancellare eliminare usare usa cambiare creare aggiungere bisogno serve significa differenza funziona nuovo
            nuova quest dell nell all sull dall com
        """,
        "pt": """
            o a os as um uma uns umas de do da dos das em no na nos nas num numa ao à aos às por pelo pela pelos pelas
            para pra com sem sobre entre desde até e ou mas porque se que quê quem qual quais como onde quando quanto
            quantos eu tu você vocês ele ela nós eles elas me te lhe meu minha meus minhas seu sua seus suas nosso nossa
            este esta isto esse essa isso aquele aquela é são sou era foi ser está estão estou estar há tem tenho ter
            têm posso pode podem poder devo deve faço faz fazer não nunca nada mais muito também já só todo todos toda
            todas outro outra algo arquivo arquivos ficheiro pasta ler leio escrever apagar excluir remover usar usa uso
            mudar criar adicionar preciso quero serve significa diferença funciona falha novo nova mesmo ficam existe
            versão
        """,
        "nl": """
            de het een en of maar want dat die dit deze als omdat wie wat waar wanneer waarom hoe welke welk hoeveel
            waarvoor waarmee ik jij je u hij zij ze wij we jullie mij me jou hem haar ons hun mijn jouw uw zijn onze is
            was waren ben bent wordt worden werd heb heeft hebben had kan kun kunt kunnen moet moeten mag wil zal zou
            doe doet doen maak maakt maken gaat ga gebruik gebruikt gebruiken niet geen niets nog ook al alleen heel
            meer er hier daar dan nu te ten ter tot van voor met zonder bij naar uit op over onder in aan door tegen
            tussen om sinds bestand bestanden map lezen lees schrijven verwijderen wijzigen veranderen toevoegen werkt
            betekent nodig verschil staat staan nieuw nieuwe alle alles iets
        """,
        "sv": """
            en ett den det de och eller men för att om som när där hur vad vem vilken vilket vilka var varför vart jag
            du han hon vi ni mig dig sig oss er min mitt mina din ditt dina sin sitt sina vår vårt deras denna detta
            dessa är vara varit blir blev bli har hade ha kan kunde ska skall skulle måste får vill gör göra görs man
            inte inget ingen ingenting aldrig bara också redan här nu då på i till från av med utan vid mellan genom
            under över efter före innan hos fil filen filer mapp läsa läser skriva ta bort tar radera ändra lägga skapa
            använda använder används behöver behövs betyder fungerar finns skillnad skillnaden ny nytt nya alla allt
            något några mycket mer
        """,
        "da": """
            en et den det de og eller men fordi at om som når der hvor hvordan hvad hvem hvilken hvilket hvilke hvorfor
            hvornår jeg du han hun vi i mig dig sig os jer min mit mine din dit dine sin sit sine vores deres denne
            dette disse er var være været bliver blev blive har havde have kan kunne skal skulle må får få vil ville gør
            gøre laver lave man ikke intet ingen aldrig kun også allerede her nu på til fra af med uden ved mellem
            gennem under over efter før hos ad fil filen filer mappe læse læser skrive slet slette fjerne ændre tilføje
            oprette bruge bruger bruges brug behøver betyder virker findes forskel forskellen ny nyt nye alle alt noget
            nogle meget mere hedder
        """,
        "no": """
            en ei et den det de og eller men fordi at å om som når der hvor hvordan hva hvem hvilken hvilket hvilke
            hvorfor jeg du han hun vi dere meg deg seg oss min mi mitt mine din di ditt dine sin sitt sine vår vårt våre
            deres denne dette disse er var være vært blir ble bli har hadde ha kan kunne skal skulle må får få vil ville
            gjør gjøre lager lage man ikke ingenting ingen aldri bare også allerede her nå på i til fra av med uten ved
            mellom gjennom under over etter før hos fil filen filer mappe lese leser skrive slette fjerne endre legge
            opprette bruke bruker brukes trenger betyr virker fungerer finnes forskjell forskjellen ny nytt nye alle alt
            noe noen mye mer heter
        """,
        "pl": """
            i a oraz lub albo ale bo że żeby jeśli jeżeli gdy kiedy jak jaki jaka jakie jakiego jakiej jakich jaką który
            która które którego której gdzie dlaczego czemu czy co czego czym kto kogo komu ile ja ty on ona ono my wy
            oni mnie mi mną się siebie mój moja moje mojego mojej twój jego jej nasz ten ta to tego tej tym tych te jest
            są być był była było będzie mam masz ma mają mieć mogę może można możesz muszę trzeba chcę nie nic nigdy tak
            tylko też także już jeszcze bardzo więcej tu tam teraz w we z ze na do od o u po za przed przez przy dla bez
            pod nad między podczas plik pliku plików pliki czytać odczytać zapisać usunąć zmienić dodać utworzyć zrobić
            używać użyć używa potrzebuję służy działa oznacza znaczy różnica nowy nowa nowe nowego wersji
        """,
        "cs": """
            a i nebo ale že aby jestli pokud když kdy jak jaký jaká jaké jakého jakou který která které kterého kde kam
            proč zda co čeho čím kdo koho komu kolik čemu já ty on ona ono my vy oni mě mi mně mnou se si sebe můj moje
            moji mého mé tvůj jeho její náš ten ta to toho té tom tím těch je jsou jsem jsi být byl byla bylo bude mám
            máš má mají mít můžu mohu může můžete lze musím musí chci ne není nejsou nic nikdy ano jen pouze také taky
            už ještě velmi více tady tam teď v ve z ze na do od o u po za před přes při pro bez pod nad mezi během k ke
            s soubor souboru soubory složka číst přečíst zapsat smazat odstranit změnit přidat vytvořit udělat dělá
            použít používá používat potřebuji potřebuju slouží funguje znamená rozdíl existuje nový nová nové nového
            pomocí verzi
        """,
        "tr": """
            ve veya ya da de ama fakat çünkü eğer ki ile için gibi kadar göre sonra önce üzerinde içinde arasında
            arasındaki nasıl ne neden niçin niye nerede nereye nereden hangi hangisi kim kimin kaç zaman mı mi mu mü
            mıyım miyim musun misin ben sen o biz siz onlar bana beni benim bir bu şu bunu bunun var yok değil hiç her
            tüm bütün çok daha en şey olarak olan olur oluyor oldu olmuyor olması nedir demek etmek ediyor edilir
            yapılır yapmak yapabilirim yapıyor kullanılır kullanmak kullanabilir kullanırım kullanıyor gerekli gerekiyor
            gerek lazım dosya dosyayı dosyası klasör okumak okurum okunur yazmak silmek silinir silme değiştirmek
            eklemek oluşturmak çalışmıyor çalışır işe yarar fark farkı yeni istiyorum içindeki
        """,
        "fi": """
            ja tai vai mutta koska jos kun että jotta miten kuinka mikä mitä minkä missä mistä mihin minne milloin miksi
            kuka kenen ketkä mitkä monta minä sinä hän me te he minun minua minulla minulle sinun hänen meidän tämä
            tämän tätä nämä se sen sitä ne tuo on ovat olen olet oli ollut olla olisi ole en et ei emme eivät voin voi
            voiko voinko voit voisi voidaan pitää pitäisi täytyy tulee saa saan teen tekee tehdä tehdään onko ovatko
            eikö mitään koskaan vain myös jo vielä hyvin enemmän täällä siellä nyt kanssa ilman välillä ennen jälkeen
            kautta yli alle päällä sisällä tiedosto tiedoston tiedostoa tiedostot kansio lukea luen kirjoittaa poistaa
            poista muuttaa lisätä luoda käyttää käytän käytetään käytä tarvitsen tarvitsenko tarvitaan toimi toimii
            tarkoittaa ero eroa uusi uutta uuden kaikki joka jokin
        """,
        "hu": """
            a az egy és vagy de mert ha hogy hogyan mi mit miért mikor hol hova honnan melyik milyen mennyi hány ki kit
            kinek mire miből mivel én te ő ti ők engem nekem enyém ez ezt ennek ezek azt annak azok van vannak volt
            voltak lesz lenni legyen vagyok nincs nincsenek nem ne soha semmi igen csak is már még nagyon több itt ott
            most kell lehet lehetne tud tudok tudom tudja akarok szeretném szeretnék fog között alatt felett előtt után
            nélkül által keresztül mellett mögött szerint fájl fájlt fájlok mappa olvasni olvasok írni törölni törlése
            módosítani hozzáadni létrehozni csinál csinálok csinálni használ használok használni használja használhatok
            működik jelent jelenti különbség jó új minden mindent valami be meg el fel le vissza segítségével
        """,
        "ro": """
            și sau dar pentru că dacă când cum ce cine care cui unde de la în din pe cu fără către despre între prin
            după înainte până spre sub peste a al ai ale un o unui unei niște eu tu el ea noi voi ei ele mă te se îmi
            îți își ne vă le meu mea mei mele tău său sa acest această acesta aceasta acești este e sunt era fi fost fie
            am are au avem aveți pot poate putem poți trebuie vreau fac face facem nu niciodată nimic mai foarte numai
            doar deja încă aici acolo acum tot toate toți alt alta ceva fișier fișierul fișiere dosar citesc citi scrie
            șterge ștergerea modifica adăuga crea folosi folosesc folosește nevoie funcționează înseamnă există
            diferența dintre nou nouă să s-a
        """,
        "id": """
            yang dan atau tetapi tapi karena jika kalau bila bahwa agar supaya untuk dengan tanpa dari ke di pada dalam
            oleh antara tentang sejak sampai sebelum sesudah setelah saat ketika apa apakah siapa mana dimana bagaimana
            mengapa kenapa kapan berapa saya aku kamu anda dia kami kita mereka ini itu adalah ialah ada tidak bukan
            belum sudah telah akan sedang bisa bisakah dapat dapatkah boleh harus perlu mau ingin jangan juga hanya saja
            lagi lebih sangat sekali sini sana sekarang cara melakukan membuat membaca menulis menghapus hapus mengubah
            ubah menambah tambah memakai pakai menggunakan gunakan digunakan dipakai berkas arti artinya perbedaan beda
            berfungsi jalan gagal baru semua setiap sebuah seperti menjadi
        """,
        "vi": """
            là và hoặc hay nhưng vì nếu khi thì mà để cho của với từ đến trong ngoài trên dưới giữa bằng về theo gì nào
            sao đâu ai bao nhiêu tại làm thế như tôi bạn nó chúng ta họ này đó kia một các những mỗi mọi có không được
            bị chưa đã đang sẽ cần phải nên muốn thể hãy đừng cũng chỉ rất hơn nhất nữa rồi ở ra vào lại cách dùng sử
            dụng đọc ghi viết xóa đổi thay thêm tạo chạy tệp tập tin thư mục nghĩa khác nhau lỗi mới
        """,
        "ru": """
            и а но или что чтобы как какой какая какие каким где куда когда почему зачем отчего кто кого чем чего
            сколько ли не нет ни я мне меня мой моя мои мы нам нас вы вам он она оно они его её их это этот эта эти тот
            так такое такой там тут здесь в во на с со к из от до по за для без при про через между перед под над у о об
            есть был была было быть будет могу можно может нужно нужен нужна надо нельзя если уже еще ещё только тоже
            все всё всех значит использовать сделать удалить файл работает лучше
        """,
        "uk": """
            і й та а але або що щоб як який яка які яким де куди коли чому навіщо хто кого чим чого скільки чи не ні я
            мені мене мій моя мої ми нам нас ви вам він вона воно вони його її їх це цей ця ці той так таке такий там
            тут в у на з із зі до від по за для без при про через між перед під над є був була було бути буде можу можна
            може треба потрібно потрібен потрібна якщо вже ще тільки лише теж також все всі означає використати
            використовувати зробити видалити файл працює краще
        """,
    }.items()
}
"""For each language its words."""

ENGLISH_TOO = frozenset(
    """
    ad al ale bare bent bin car care changer co come comment con cum de den des die dig din dine doe door dos dove el en
    era face fare filer fog ga ha hat hay heel hem hinter hoe hun im ins jest kit la lager leer ma man map marche mas
    men mere met min mire non nova os par pas pasta pendant pod pot pour pro quest remover seine sen serve ses si sin
    sit solo son soy sub tai tar teen ten tin tom ton un vain van ve vi volt want war
    """.split()
)
"""Those of them that English has as well, besides its function words: alone they are no sign of another language."""
