using Switchboard.Core.Understanding.Language;

namespace Switchboard.Core.Tests.Understanding.Language;

public sealed class LanguageDetectorTests
{
    private static readonly LanguageDetector detector = new();

    [Theory]
    [InlineData("en", "Which browser do you recommend for the video calls?")]
    [InlineData("de", "Die Sitzung bricht nach wenigen Minuten ohne Meldung ab.")]
    [InlineData("fr", "Le fichier que j'ai téléchargé est vide.")]
    [InlineData("es", "El archivo que descargué está vacío.")]
    [InlineData("pt", "O arquivo que baixei está vazio e não abre.")]
    [InlineData("it", "Il file che ho scaricato è vuoto.")]
    [InlineData("nl", "Het bestand dat ik heb gedownload is leeg.")]
    [InlineData("sv", "Filen som jag laddade ner är tom och går inte att öppna.")]
    [InlineData("da", "Filen, jeg hentede, er tom, og den kan ikke åbnes af nogen.")]
    [InlineData("nb", "Filen jeg lastet ned er tom og kan ikke åpnes av noen hos oss.")]
    [InlineData("fi", "Lataamani tiedosto on tyhjä eikä aukea.")]
    [InlineData("pl", "Plik, który pobrałem, jest pusty.")]
    [InlineData("cs", "Soubor, který jsem stáhl, je prázdný a nejde otevřít.")]
    [InlineData("sk", "Súbor, ktorý som stiahol, je prázdny a nedá sa otvoriť.")]
    [InlineData("hu", "A letöltött fájl üres és nem nyílik meg.")]
    [InlineData("ro", "Fișierul pe care l-am descărcat este gol.")]
    [InlineData("hr", "Datoteka koju sam preuzeo je prazna i ne može se otvoriti.")]
    [InlineData("sl", "Datoteka, ki sem jo prenesel, je prazna in se ne odpre.")]
    [InlineData("tr", "İndirdiğim dosya boş ve açılmıyor.")]
    [InlineData("id", "Berkas yang saya unduh kosong dan tidak bisa dibuka.")]
    [InlineData("vi", "Tệp tôi tải xuống bị trống và không mở được.")]
    [InlineData("ca", "El fitxer que he baixat és buit i no s'obre.")]
    [InlineData("lt", "Failas, kurį atsisiunčiau, yra tuščias ir neatsidaro.")]
    [InlineData("lv", "Fails, ko es lejupielādēju, ir tukšs un neatveras.")]
    [InlineData("et", "Fail, mille ma alla laadisin, on tühi ja ei avane.")]
    [InlineData("ru", "Файл, который я скачал, пустой и не открывается.")]
    [InlineData("uk", "Файл, який я завантажив, порожній і не відкривається.")]
    [InlineData("bg", "Файлът, който изтеглих, е празен и не се отваря.")]
    [InlineData("sr", "Датотека коју сам преузео је празна и не отвара се.")]
    [InlineData("el", "Το αρχείο είναι άδειο.")]
    [InlineData("ar", "الملف الذي نزلته فارغ ولا يفتح.")]
    [InlineData("fa", "فایلی که دانلود کردم خالی است و باز نمی‌شود.")]
    [InlineData("he", "הקובץ שהורדתי ריק")]
    [InlineData("hi", "जो फ़ाइल मैंने डाउनलोड की वह खाली है और नहीं खुल रही है")]
    [InlineData("th", "ไฟล์ว่างเปล่า")]
    [InlineData("ja", "ダウンロードしたファイルは空です")]
    [InlineData("zh", "下载的文件是空的")]
    [InlineData("ko", "파일이 비어 있습니다")]
    public void A_sentence_is_told(string language, string sentence) => detector.Detect(sentence).Tag.ShouldBe(language);

    [Theory]
    [InlineData("")]
    [InlineData("ok")]
    [InlineData("12345")]
    [InlineData("INV-2026-00042")]
    [InlineData("a@example.com")]
    [InlineData("asdf qwer")]
    [InlineData("🙂🙂🙂")]
    [InlineData("taxi hotel")]
    public void What_is_too_short_or_no_language_is_unknown(string text) => detector.Detect(text).ShouldBe(DetectedLanguage.Unknown);

    [Fact]
    public void At_least_twenty_languages_are_told_apart() => detector.Languages.Count.ShouldBeGreaterThanOrEqualTo(40);
}
