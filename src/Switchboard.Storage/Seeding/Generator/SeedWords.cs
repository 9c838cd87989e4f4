namespace Switchboard.Storage.Seeding.Generator;

/// <summary>A country customers come from.</summary>
/// <param name="Code">ISO 3166 code.</param>
/// <param name="Language">BCP 47 tag of its language.</param>
/// <param name="TimeZone">IANA name of its time zone.</param>
/// <param name="Offset">Hours from UTC in winter.</param>
/// <param name="Summer">Whether its clocks go forward in summer as in Europe; close enough for when people work.</param>
/// <param name="Vat">Rate of value-added tax in the European Union, 0..1; 0 elsewhere.</param>
/// <param name="Phone">Its telephone prefix.</param>
/// <param name="Weight">How many customers come from it, beside the others.</param>
internal sealed record Country(string Code, string Language, string TimeZone, int Offset, bool Summer, decimal Vat, string Phone, double Weight)
{
    /// <summary>Hours from UTC on a day.</summary>
    public int OffsetOn(DateOnly day) => Summer && day.Month is > 3 and < 11 ? Offset + 1 : Offset;
}

/// <summary>An industry, its name and what its companies call themselves.</summary>
internal sealed record Industry(string Key, string Noun);

/// <summary>The words names are composed of. All are made up for this.</summary>
internal static class SeedWords
{
    public static readonly Country[] Countries =
    [
        new("US", "en", "America/New_York", -5, true, 0m, "+1 555 01", 26), new("GB", "en", "Europe/London", 0, true, 0m, "+44 1632 96", 18),
        new("DE", "de", "Europe/Berlin", 1, true, 0.19m, "+49 30 555", 16), new("FR", "fr", "Europe/Paris", 1, true, 0.20m, "+33 1 55 55", 11),
        new("ES", "es", "Europe/Madrid", 1, true, 0.21m, "+34 955 55", 8), new("IE", "en", "Europe/Dublin", 0, true, 0.23m, "+353 1 555", 6),
        new("AT", "de", "Europe/Vienna", 1, true, 0.20m, "+43 1 555", 4), new("CH", "de", "Europe/Zurich", 1, true, 0m, "+41 44 555", 3),
        new("CA", "en", "America/Toronto", -5, true, 0m, "+1 555 02", 4), new("MX", "es", "America/Mexico_City", -6, false, 0m, "+52 55 5555", 2), new("AU", "en", "Australia/Brisbane", 10, false, 0m, "+61 7 5550", 2),
    ];

    public static readonly double[] CountryWeights = [.. Countries.Select(c => c.Weight)];

    public static readonly Industry[] Industries =
    [
        new("software", "Software"), new("agency", "Studio"), new("retail", "Trading"), new("logistics", "Logistics"), new("manufacturing", "Works"), new("consulting", "Advisory"), new("healthcare", "Clinics"),
        new("construction", "Build"), new("finance", "Capital"), new("nonprofit", "Foundation"), new("education", "Academy"), new("hospitality", "Hotels"), new("energy", "Energy"), new("media", "Media"),
    ];

    public static readonly string[] First =
    [
        "Alder", "Amber", "Ash", "Birch", "Bram", "Briar", "Brook", "Cald", "Cedar", "Clover", "Copper", "Dale", "Drift", "Dun", "Elm", "Ember", "Fen", "Fern", "Flint", "Frost", "Glen", "Gorse", "Grain", "Hale", "Haven", "Hazel",
        "Heath", "Hollow", "Iron", "Ivy", "Juniper", "Kel", "Kings", "Lark", "Laurel", "Linden", "Loch", "Maple", "Marl", "Marsh", "Mill", "Moss", "North", "Oak", "Orchard", "Otter", "Pebble", "Pine", "Quarry", "Raven", "Reed",
        "Ridge", "Rowan", "Sage", "Salt", "Silver", "Sorrel", "Stone", "Sund", "Thorn", "Tide", "Vale", "Willow", "Wren",
    ];

    public static readonly string[] Second =
    [
        "acre", "bank", "barrow", "beck", "berg", "born", "bourne", "bridge", "brook", "burn", "by", "cliff", "combe", "crest", "croft", "dale", "dell", "den", "field", "firth", "fold", "ford", "gate", "glade", "grove", "hall",
        "ham", "haven", "heath", "hill", "holm", "holt", "hurst", "lake", "land", "leigh", "lock", "mead", "mere", "moor", "mount", "ness", "nook", "pool", "port", "quay", "reach", "ridge", "rise", "shore", "side", "spring",
        "stead", "stoke", "strand", "thorpe", "ton", "vale", "view", "wade", "water", "well", "wick", "wood",
    ];

    private static readonly Dictionary<string, (string[] Given, string[] Family)> people = new(StringComparer.Ordinal)
    {
        ["en"] = (["Ada", "Ben", "Cara", "Dylan", "Esme", "Finn", "Grace", "Harvey", "Imogen", "Jack", "Kira", "Liam", "Megan", "Noah", "Orla", "Priya", "Quinn", "Rhys", "Sofia", "Theo", "Una", "Victor", "Willa", "Yusuf"],
            ["Abbott", "Barker", "Calloway", "Dawson", "Ellery", "Farrow", "Garland", "Hollis", "Ingram", "Jessop", "Kendrick", "Lowell", "Mercer", "Norwood", "Osborne", "Pryce", "Radley", "Selby", "Tanner", "Underhill", "Vickers", "Whitlock", "Yarrow"]),
        ["de"] = (["Anke", "Bastian", "Clara", "Dirk", "Elke", "Felix", "Greta", "Hannes", "Ines", "Jonas", "Katrin", "Lukas", "Marie", "Nils", "Pia", "Ralf", "Sabine", "Till", "Ulrike", "Veit", "Wiebke"],
            ["Albers", "Brandt", "Claußen", "Dietrich", "Engel", "Fuchs", "Gärtner", "Hartung", "Jäger", "Köhler", "Lindner", "Möller", "Neumann", "Ostermann", "Pohl", "Reuter", "Schütte", "Thiele", "Voß", "Winkler"]),
        ["fr"] = (["Amélie", "Bastien", "Chloé", "Denis", "Élise", "Fabien", "Gaëlle", "Hugo", "Inès", "Jules", "Léa", "Mathis", "Noémie", "Olivier", "Pauline", "Rémi", "Solène", "Théo", "Valérie", "Yann"],
            ["Aubert", "Blanchet", "Carpentier", "Delorme", "Évrard", "Fontaine", "Guérin", "Hamel", "Jourdan", "Lacroix", "Marchand", "Noël", "Perrin", "Renaud", "Sabatier", "Tessier", "Vasseur"]),
        ["es"] = (["Alba", "Bruno", "Carmen", "Diego", "Elena", "Fernando", "Gloria", "Hugo", "Irene", "Javier", "Lucía", "Mateo", "Nuria", "Óscar", "Pilar", "Raúl", "Sara", "Tomás", "Vega"],
            ["Aguilar", "Benítez", "Castaño", "Domínguez", "Espinosa", "Fuentes", "Gálvez", "Herrero", "Ibáñez", "Lozano", "Medina", "Núñez", "Ortega", "Peña", "Quintana", "Rivas", "Salas", "Vidal"]),
    };

    public static readonly string[] Sources = ["search", "referral", "partner", "event", "outbound", "social"];

    public static readonly double[] SourceWeights = [40, 20, 10, 8, 12, 10];

    /// <summary>Work titles, those of an administrator first.</summary>
    public static readonly string[] Titles = ["Head of Operations", "Finance Manager", "IT Lead", "Project Manager", "Team Lead", "Coordinator", "Analyst", "Product Owner", "Designer", "Planner", "Office Manager", "Engineer"];

    public static readonly (string Agent, string Device)[] Browsers =
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/138.0", "Windows, Chrome"), ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Safari/17.5", "Mac, Safari"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "Linux, Firefox"), ("Larkspur/4.2 (iPhone; iOS 18.1)", "iPhone, app"), ("Larkspur/4.2 (Android 15)", "Android, app"),
    ];

    /// <summary>A person's given and family name, as they are usual where the language is spoken.</summary>
    public static (string Given, string Family) Person(SeedRandom random, string language)
    {
        (string[] given, string[] family) = people[language];
        return (random.Pick(given), random.Pick(family));
    }

    /// <summary>A name as a part of an address: lower case, without accents.</summary>
    public static string Plain(string name)
    {
        Span<char> text = stackalloc char[64];
        int length = 0;
        foreach (char letter in name.Replace("ß", "ss", StringComparison.Ordinal).Normalize(System.Text.NormalizationForm.FormD))
        {
            char lower = char.ToLowerInvariant(letter);
            if (lower is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' && length < text.Length) text[length++] = lower;
        }

        return new string(text[..length]);
    }
}
