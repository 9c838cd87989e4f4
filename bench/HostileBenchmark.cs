using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Switchboard.Agents.Desk;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds.Writing;
using Switchboard.Core.Desk.Guards;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Core.Routing;
using Switchboard.Core.Transfer;
using Switchboard.Core.Transfer.Reading;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Core.Understanding.Injection;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Core.Understanding.Language;
using Switchboard.Core.Understanding.Pii;
using Switchboard.Core.Understanding.Sentiment;
using Switchboard.Domain.Policies;
using Switchboard.Server.Hosting;
using Switchboard.Storage;
using Vocabulary = Switchboard.Core.Understanding.Entities.Vocabulary;

namespace Switchboard.Bench;

/// <summary>Every finder and parser on 100 KB of what is meant to make one slow: one piece, again and again.</summary>
internal static class HostileBenchmark
{
    private const int length = 100_000;
    private const double target = 50;

    private static readonly string[] pieces =
    [
        "a", "1", "1 ", "a@", "@", "a.b.", "1.", "a:", "::", "http://a ", "http://", "+1 ", "4111 ", "4111111111111111 ", "123456 a ", "(", ")", "GB82 ", "DE89 3704 0044 0532 0130 ", "the 1st of ", "John ", "my name is ", "Van de ",
        "$1 ", "1,", "vor ", "3 days ", "x1-", "A-", "0x", "é", "\u0130", "one hundred ", "next ", "www.", "a-", "street 12 ", "1/", "12:", "born ", "password is ", "..", "\n", "invoice number ", "12 Baker ", "A B C ", "'", "31.12.",
        "Ignore previous ", "!", "!!! ", "GOOD ", "not ", "very very good ", "\u200b", ":) ", "[", "](", "[a](b)", "![", "<", "<div>", "<a href=", "<!--", "&amp;", "`", "```\n", "*a ", "a* ", "~a*b ", "**", "_", "![a](", "[a][", "[a](b", "+ ", "1. ", "   > ", "> ", ">", "- ", "#", "| a ", "|-", "\\", "\"", "e.g. ", "a\u0301", "我", "aaaa ", "QUJD",
    ];

    private static readonly LanguageDetector languages = new();
    private static readonly EntityContext context = new(new DateTimeOffset(2026, 3, 4, 12, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc, "en", "en-US", "EUR");
    private static readonly Vocabulary words = Vocabulary.For("en");
    private static readonly TenantNames names = new([new CatalogueName("product", "Premium A Plan 100", "p1"), new CatalogueName("feature", "a a a a a a", "f1"), new CatalogueName("feature", "aaaaaaaaaa", "f2")]);
    private static readonly ImportField[] fields = [.. Enum.GetValues<FieldType>().Select(t => new ImportField("field", t) { Enum = typeof(FieldType), Refers = "customers" })];
    private static readonly UtteranceMatcher utterances = new(Catalogue.FromAssembly(typeof(KnowledgeAnswerer).Assembly).Specialists);
    private static readonly KnowledgeIndex index = KnowledgeIndex.Build([new IndexedArticle(Guid.Empty, "a1", "Open the gate", "/a", "all", "en", 1, "Turn the key of the gate. See the invoice.", null)]);

    // Those that read tokens are given them, so that each line is one finder.
    private static readonly (string Name, Func<string, List<Token>, object?> Run)[] finders =
    [
        ("Tokens", (t, _) => Tokens.Of(t)),
        ("AddressPatterns", (t, _) => AddressPatterns.Find(t).Count()),
        ("NumberPatterns", (t, _) => NumberPatterns.Find(t).Count()),
        ("ReferenceFinder", (t, w) => ReferenceFinder.Find(t, w).Count()),
        ("TemporalFinder", (t, w) => TemporalFinder.Find(t, w, words, context)),
        ("AmountFinder", (t, w) => AmountFinder.Find(t, w, words, context)),
        ("CatalogueFinder", (_, w) => new CatalogueFinder([new CatalogueName("product", "Premium A Plan 100", "p1")]).Find(w).Count()),
        ("TenantNames", (t, _) => names.In(t)),
        ("CompanyFinder", (t, w) => CompanyFinder.Find(t, w).Count()),
        ("NameFinder", (t, w) => NameFinder.Find(t, w)),
        ("AddressFinder", (t, w) => AddressFinder.Find(t, w).Count()),
        ("ActionFinder", (_, w) => ActionFinder.Find(w, words).Count()),
        ("CardMask", (t, _) => CardMask.Apply(t)),
        ("CardMask, masked", (t, _) => CardMask.Find(t).Count()),
        ("PiiDetector", (t, _) => PiiRedactor.Mask(t, PiiDetector.Find(t))),
        ("EntityExtractor", (t, _) => EntityMask.Apply(t, EntityExtractor.Extract(t, context))),
        ("UtteranceMatcher", (t, _) => utterances.Match(t, 0.6)),
        ("DeskIntents", (t, _) => DeskIntents.Shipped.Read(t, [])),
        ("SaidText", (t, _) => Alarms.In(new SaidText(t)).Count()),
        ("TechnicalText", (t, _) => TechnicalText.HasCode(t) ? 1 : TechnicalText.Questions(t)),
        ("SentimentAnalyzer", (t, _) => SentimentAnalyzer.Analyze(t, "und")),
        ("LanguageDetector", (t, _) => languages.Detect(t)),
        ("InjectionDetector", (t, _) => InjectionDetector.Score(t, TextOrigin.Document)),
        ("UntrustedText", (t, _) => UntrustedText.Quote(t, "message", Guid.Empty)),
        ("ClauseSplitter", (t, _) => ClauseSplitter.Split(t)),
        ("MarkdownDocument", (t, _) => MarkdownDocument.Parse(t)),
        ("HtmlArticle", (t, _) => HtmlArticle.Parse("a.html", Encoding.UTF8.GetBytes(t))),
        ("ArticleFile", (t, _) => ArticleFile.Read("a.md", Encoding.UTF8.GetBytes("---\n" + t))),
        ("ArticleFile, front matter", (t, _) => ArticleFile.Read("a.md", Encoding.UTF8.GetBytes($"---\n{t}\n---\n# A\nText."))),
        ("ArticleFile, title", (t, _) => ArticleFile.Read("a.md", Encoding.UTF8.GetBytes($"---\ntitle: {t}\n---\nText."))),
        ("PlainText, HTML", (t, _) => PlainText.OfHtml(t)),
        ("CsvRows", (t, _) => Rows("a,b\n" + t)),
        ("CsvRows, quoted", (t, _) => Rows("a,b\n\"" + t)),
        ("JsonRows", (t, _) => Rows("[{\"a\":\"" + t)),
        .. fields.Select(f => ($"FieldText, {f.Type}", (Func<string, List<Token>, object?>)((t, _) => FieldText.Read(f, t, new ImportOptions())))),
        ("FieldText, column", (t, _) => FieldText.ColumnKey(t)),
        ("ConversationQuery", (t, _) => ConversationQuery.Rewrite([t], t)),
        ("QuestionShape", (t, _) => QuestionShape.WantsSteps(t)),
        ("SentenceRoles", (t, _) => SentenceRoles.Of(new TextUnit(UnitKind.Sentence, t, 0, t.Length, 1), t)),
        ("ClaimReader", (t, _) => ClaimReader.Claims(t, TenantPolicies.Default.Plans)),
        ("ClaimValues", (t, _) => ClaimValues.Of(t, 0, TenantPolicies.Default.Plans)),
        ("ArticleText", (t, _) => ArticleText.Amounts(t).Count() + ArticleText.ExamplesIn(t) + ArticleText.Numbers(t) + (ArticleText.IsCode(t) ? 1 : 0) + (ArticleText.Secret(t) is null ? 0 : 1) + (ArticleText.Instruction(t) is null ? 0 : 1)),
        ("FaqQuestions", (t, _) => FaqQuestions.Differs(FaqQuestions.Shortened(t), t)),
        ("GroundedSynthesis", (t, _) => GroundedSynthesis.Fault(t, t, "en")),
        ("Readability", (t, _) => Readability.SentencesOf(Readability.ProseOf(t))),
        ("Shingles", (t, _) => Shingles.Overlap(t, t)),
        ("TextAnalysis", (t, _) => TextAnalysis.Terms(t)),
        ("SentenceSplitter", (t, _) => SentenceSplitter.Split(t)),
        ("KnowledgeIndex.Search", (t, _) => index.Search(t)),
    ];

    /// <param name="rounds">Passes of which the best counts.</param>
    /// <param name="only">Part of the names to measure; all when null.</param>
    /// <param name="json">Whether to print JSON.</param>
    public static int Run(int rounds, string? only, bool json)
    {
        var machine = new Machine();
        string[] texts = [.. pieces.Select(p => string.Concat(Enumerable.Repeat(p, (length / p.Length) + 1))[..length])];
        List<Token>[] tokens = [.. texts.Select(Tokens.Of)];
        var rows = new List<Row>();
        (string Name, Func<string, List<Token>, object?> Run)[] own = [.. finders.Where(f => IsWanted(f.Name))], patterns = [.. Patterns().Where(f => IsWanted(f.Name))];
        foreach ((string name, Func<string, List<Token>, object?> run) in own.Concat(patterns))
        {
            // The first pass over all pieces only warms the code up; then the best of the rounds counts, since others use the machine too.
            for (int i = 0; i < texts.Length; i++) run(texts[i], tokens[i]);
            IEnumerable<(double Ms, string Piece)> times = pieces.Select((p, i) => (Enumerable.Range(0, rounds).Min(_ => Time(() => run(texts[i], tokens[i]))), p));
            (double Ms, string Piece)[] worst = [.. times.OrderByDescending(t => t.Ms).Take(3)];
            rows.Add(new Row(name, worst[0].Ms, [.. worst.Select(w => new Worst(w.Piece, w.Ms))]));
        }
        // Each pattern was measured by itself; the slowest stand for all of them.
        rows = [.. rows.Take(own.Length), .. rows.Skip(own.Length).OrderByDescending(r => r.Ms).Take(3)];
        (double steal, double idle) = machine.Shares();
        bool met = rows.TrueForAll(r => r.Ms < target);
        Console.WriteLine(json ? JsonSerializer.Serialize(new Result(length, pieces.Length, rounds, rows, target, met, steal, idle), Output.Options) : Table(rows, rounds, steal, idle));
        return met ? 0 : 1;

        bool IsWanted(string name) => only is null || name.Contains(only, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Every pattern of the program, each counting its matches.</summary>
    private static IEnumerable<(string Name, Func<string, List<Token>, object?> Run)> Patterns() =>
        new[] { typeof(TenantPolicies), typeof(ClaimReader), typeof(Catalogue), typeof(KnowledgeAnswerer), typeof(SecretBox), typeof(SwitchboardServer) }.Select(t => t.Assembly).Distinct()
            .SelectMany(a => a.GetTypes()).SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(m => m.GetCustomAttribute<GeneratedRegexAttribute>() is not null)
            .Select(m => (Regex)m.Invoke(null, null)!).Distinct()
            .Select(p => ($"pattern {Shortened(p.ToString())}", (Func<string, List<Token>, object?>)((t, _) => p.Count(t))));

    private static string Shortened(string pattern) => pattern.Length <= 20 ? pattern : pattern[..19] + "…";

    private static int Rows(string text)
    {
        try
        {
            return RowReader.OpenAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), default).GetAwaiter().GetResult().Rows.ToBlockingEnumerable().Count();
        }
        catch (UnreadableFileException)
        {
            return 0;
        }
    }

    private static double Time(Func<object?> work)
    {
        long started = Stopwatch.GetTimestamp();
        GC.KeepAlive(work());
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static string Table(List<Row> rows, int rounds, double steal, double idle)
    {
        var text = new StringBuilder();
        text.AppendLine(Output.Culture, $"hostile, {pieces.Length} texts of {length} characters, best of {rounds}       worst, ms   target < {target}   on");
        foreach (Row row in rows)
            text.AppendLine(Output.Culture, $"  {row.Finder,-28}{row.Ms,10:0.0}   {(row.Ms < target ? "met" : "MISSED"),-8}{string.Join("  ", row.Slowest.Select(w => string.Create(Output.Culture, $"{JsonSerializer.Serialize(w.Piece)} {w.Ms:0.0}")))}");
        return text.Append(Output.Culture, $"{Environment.ProcessorCount} cores, steal {steal:0.0 %}, idle {idle:0.0 %}").ToString();
    }

    private sealed record Worst(string Piece, double Ms);

    private sealed record Row(string Finder, double Ms, IReadOnlyList<Worst> Slowest);

    private sealed record Result(int Characters, int Texts, int Rounds, IReadOnlyList<Row> Finders, double TargetMs, bool Met, double Steal, double Idle);
}
