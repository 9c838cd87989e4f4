using System.Collections.Frozen;

namespace Switchboard.Core.Understanding.Pii;

/// <summary>The names and the words around names that the program knows.</summary>
internal static class NameLists
{
    private static readonly Lazy<FrozenSet<string>> first = new(() => Read("first-names.txt"));
    private static readonly Lazy<FrozenSet<string>> ambiguous = new(() => Read("ambiguous-names.txt"));
    private static readonly Lazy<FrozenSet<string>> surnames = new(() => Read("surnames.txt"));
    private static readonly Lazy<FrozenSet<string>> places = new(() => Read("places.txt"));

    // Endings that belong to family names; as the end of a capitalised word inside a sentence they rarely are anything else.
    private static readonly string[] endings =
    [
        "ova", "eva", "ska", "ski", "sky", "cka", "cki", "ska", "enko", "chuk", "czyk", "wicz", "vich", "vic", "sson", "ssen", "dottir", "dotter", "sen", "son", "quist", "qvist", "strom", "gren", "lund", "berg", "stein", "feld", "mann", "bauer", "meier",
        "meyer", "huber", "opoulos", "poulos", "akis", "idis", "iadis", "ian", "yan", "shvili", "adze", "oglu", "zadeh", "pour", "nejad", "oğlu", "escu", "eanu", "ic", "ev", "ov", "yev", "ayev", "iyev", "in", "ez", "es", "elli", "etti", "ini", "oni",
        "ucci", "acci", "aldi", "ardi", "eau", "eault", "ault", "ard", "ier", "stra", "sma", "inga", "huizen", "borg", "moto", "mura", "yama", "kawa", "nen", "ala", "sz", "yi", "gaard", "nes", "vik", "dahl", "bakken", "land", "rud", "stad", "haug",
    ];

    private static readonly string[] strongEndings =
    [
        "ová", "eva", "ović", "ević", "ić", "sson", "dóttir", "enko", "czyk", "wicz", "opoulos", "shvili", "oğlu", "ński", "cki", "ská", "escu", "qvist", "quist", "vsky", "sdotter", "kjær", "gård", "land", "sen", "mann",
    ];

    private static readonly FrozenSet<string> monthNames = Set("april may june august will");

    /// <summary>Words before a saint's or a place's name: "San Sebastián", "Port Louis".</summary>
    public static readonly FrozenSet<string> PlaceHeads = Set("san santa santo sao saint sainte st port fort cape mount lake los las el la north south east west new puerto villa ciudad colonia");

    /// <summary>What persons do: the capitalised word before is one.</summary>
    public static readonly FrozenSet<string> PersonVerbs = Set("says said told asked wrote lives lived shouted replied answered explained added works worked thinks thought wants speaking called argued promised emailed phoned texted sagte sagt schrieb wohnt fragte dit demande habite dijo dice escribio vive disse scrisse abita");

    /// <summary>What follows the addressee's name in an address: no sign of a place's name before it.</summary>
    public static readonly FrozenSet<string> Flats = Set("suite apt apartment unit floor box po flat");

    /// <summary>Words that introduce a name, as they stand before it.</summary>
    public static readonly FrozenSet<string> Titles = Set("mr mrs ms mx miss dr doctor prof professor sir madam lady lord herr frau hr fr mme mlle monsieur madame mademoiselle sr sra srta senor senora senorita don dona sig signor signora signore dott dottssa dottor dottoressa sr. sra. mevrouw meneer pan pani");

    /// <summary>Particles inside names.</summary>
    public static readonly FrozenSet<string> Particles = Set("van von de der den del della di da do dos das du la le el al bin ibn ben ter ten zu zum vom af av y e mac mc st bint abu abd d o");

    /// <summary>Words of streets and buildings: a name before or after them is a place.</summary>
    public static readonly FrozenSet<string> StreetWords = Set("street st road rd avenue ave lane drive court boulevard blvd way place square terrace close crescent highway hwy parkway pkwy circle row alley walk hill park bridge station airport university college school hospital hotel church cathedral theatre theater museum stadium "
        + "strasse str gasse weg platz allee ring ufer damm chaussee rue avenue boulevard chemin impasse place quai cours route allee calle avenida plaza paseo carrera camino carretera via viale piazza corso vicolo largo contrada strada rua travessa praca avenida estrada ulica ul aleja plac utca ut ter gata gatan vej vag vagen veien gate katu tie straat laan weg plein gracht kade "
        + "suite apt apartment unit floor building bldg box po county city town village island islands lake river mountain valley beach bay");

    /// <summary>Words of companies and products: with them a capitalised run is no person.</summary>
    public static readonly FrozenSet<string> CompanyWords = Set("inc llc ltd limited corp corporation company co gmbh ag kg ohg sa sas sarl srl spa bv nv ab as oy oyj plc pty group holding holdings partners associates bank insurance software systems solutions technologies technology labs studio studios media capital ventures consulting services industries international global foundation institute agency network networks airlines motors foods pharma energy records entertainment trust club team");

    private static readonly FrozenSet<string> notNames = Set("the a an i we you he she it they this that these those my your his her its our their and or but if so as at by for from in into of on to with not no yes hi hello hey dear thanks thank please sorry best kind regards sincerely cheers good great new old when where what who why how which can could would should will may might must do does did have has had is are was were be been am just also only very more most all any some each every both few one two three four five six seven eight nine ten "
        + "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec today tomorrow yesterday christmas easter internet english french german spanish italian portuguese dutch american british european chinese japanese russian polish god ok okay "
        + "account customer support team service email phone number address order invoice payment card bank name date time help desk site website app page button link file user admin manager director president minister mayor king queen prince princess judge officer agent attorney senator governor general captain colonel sergeant major chief lieutenant professor "
        + "ich du er sie es wir ihr der die das den dem des ein eine und oder aber nicht kein ist sind war hat haben mit von zu auf fur im am um bei nach aus vor uber unter wie was wer wo warum wann danke bitte hallo guten tag morgen liebe lieber sehr geehrte "
        + "je tu il elle nous vous ils elles le la les un une des du et ou mais pas ne est sont etait a ont avec de pour dans sur par chez merci bonjour salut cher chere madame monsieur yo ella nosotros ellos los las una unos y pero es son fue con para por en sin hola gracias buenos dias estimado estimada querido eu ele ela nos eles os as um uma ou mas nao e sao foi com sem ola obrigado obrigada caro cara io lui lei noi loro gli uno ma non sono era ciao grazie buongiorno gentile "
        + "aud usd eur gbp chf jpy nok sek dkk pln czk huf cad nzd atm app pin id faq api sso csv pdf google microsoft apple amazon facebook twitter instagram whatsapp youtube netflix paypal visa mastercard iphone android windows linux mac ios excel word outlook slack zoom jira github gitlab chrome firefox safari edge salesforce hubspot stripe okta shopify wordpress");

    /// <summary>Whether a folded word is a given name; <c>ambiguous</c> when it is also an everyday word.</summary>
    public static bool IsFirst(string word, out bool isAmbiguous)
    {
        isAmbiguous = ambiguous.Value.Contains(word);
        return first.Value.Contains(word) && (!notNames.Contains(word) || monthNames.Contains(word));
    }

    /// <summary>Whether a folded word is a known family name.</summary>
    public static bool IsSurname(string word) => surnames.Value.Contains(word);

    /// <summary>Whether a folded word ends as family names do.</summary>
    public static bool LooksLikeSurname(string word) => word.Length >= 5 && endings.Any(e => word.Length > e.Length + 2 && word.EndsWith(e, StringComparison.Ordinal));

    /// <summary>Whether a lower-case word, accents kept, ends as little but family names do.</summary>
    public static bool IsSurelySurname(string word) => word.Length >= 5 && strongEndings.Any(e => word.Length > e.Length + 2 && word.EndsWith(e, StringComparison.Ordinal)) && !first.Value.Contains(Tokens.Fold(word));

    /// <summary>Whether a folded word is an everyday word, a weekday, a product: no part of a name.</summary>
    public static bool IsNoName(string word) => notNames.Contains(word);

    /// <summary>Whether a folded word is a country or a large city.</summary>
    public static bool IsPlace(string word) => places.Value.Contains(word);

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static FrozenSet<string> Read(string file) => EmbeddedWords.Words(file).SelectMany(Parts).ToFrozenSet(StringComparer.Ordinal);

    // A hyphenated name is tokens of its own in a text: each part counts.
    private static IEnumerable<string> Parts(string name) => Tokens.Fold(name).Split('-').Where((p, i) => p.Length > (name.Contains('-', StringComparison.Ordinal) ? 3 : 1));
}
