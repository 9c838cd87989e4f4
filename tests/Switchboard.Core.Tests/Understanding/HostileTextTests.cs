using FsCheck;
using FsCheck.Fluent;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Injection;
using Switchboard.Core.Understanding.Language;
using Switchboard.Core.Understanding.Pii;
using Switchboard.Core.Understanding.Sentiment;

namespace Switchboard.Core.Tests.Understanding;

public sealed class HostileTextTests
{
    private static readonly LanguageDetector languages = new();

    private static readonly string[] pieces =
    [
        "a", "1 ", "1", "a@", "@", "a.b.", "1.", "a:", "::", "http://a ", "+1 ", "4111 ", "123456 a ", "(", "GB82 ", "the 1st of ", "John ", "my name is ", "Van de ", "$1 ", "1,", "vor ", "3 days ", "x1-", "A-", "0x", "é", "🙂", "\ud800", "\udc00",
        "one hundred ", "next ", "www.", "a-", "street 12 ", "1/", "12:", "<", "born ", "password is ", "..", "\n", "un ", "invoice number ", "12 Baker ", "A B C ", "\0", "İ", "ß", "'", "l'", "9999999999", "31.12.", "vor 9999999 Jahren ", "in 99999999999999 years ", "Ignore previous ", "!", "GOOD ", "not ", "\u200b",
    ];

    [Fact]
    public void Any_mixture_of_pieces_gives_spans_inside_the_text_and_never_fails()
    {
        Gen<string> texts = Gen.Elements(pieces).ArrayOf().Select(string.Concat);
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            foreach (string language in new[] { "en", "de", "fr", "es", "pt", "it" }) CheckEntities(text, language);
            CheckRest(text);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(40));
    }

    [Fact]
    public void Any_string_gives_spans_inside_the_text_and_never_fails() =>
        Prop.ForAll<string>(text =>
        {
            CheckEntities(text ?? string.Empty, "en");
            CheckRest(text ?? string.Empty);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    // Work, not time: what a text allocates grows with its length alone when each place is looked at a bounded number of times.
    [Fact]
    public void Work_grows_no_faster_than_the_text()
    {
        foreach (string piece in pieces)
        {
            string small = string.Concat(Enumerable.Repeat(piece, 8_000 / piece.Length));
            string large = string.Concat(Enumerable.Repeat(piece, 64_000 / piece.Length));
            Allocated(small);
            long few = Allocated(small);
            long many = Allocated(large);
            many.ShouldBeLessThan(20 * few + 4_000_000, $"the piece {piece}");
        }

        static long Allocated(string text)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            EntityExtractor.Extract(text, TextContexts.English);
            PiiDetector.Find(text);
            SentimentAnalyzer.Analyze(text, "en");
            InjectionDetector.Score(text, TextOrigin.Document);
            languages.Detect(text);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static void CheckEntities(string text, string language)
    {
        int last = 0;
        foreach (Entity entity in EntityExtractor.Extract(text, TextContexts.In(language)))
        {
            entity.Start.ShouldBeGreaterThanOrEqualTo(last);
            entity.End.ShouldBeGreaterThan(entity.Start);
            entity.End.ShouldBeLessThanOrEqualTo(text.Length);
            if (entity.Type != EntityTypes.PaymentCard) entity.Text.ShouldBe(text[entity.Start..entity.End]);
            entity.Confidence.ShouldBeInRange(0, 1);
            last = entity.End;
        }
    }

    private static void CheckRest(string text)
    {
        IReadOnlyList<PiiFinding> found = PiiDetector.Find(text);
        int last = 0;
        foreach (PiiFinding finding in found)
        {
            finding.Start.ShouldBeGreaterThanOrEqualTo(last);
            finding.End.ShouldBeInRange(finding.Start + 1, text.Length);
            last = finding.End;
        }
        PiiRedactor.Mask(text, found).Length.ShouldBe(text.Length);
        SentimentAnalyzer.Analyze(text, "und").Score?.ShouldBeInRange(-1, 1);
        foreach (InjectionFinding finding in InjectionDetector.Score(text, TextOrigin.Document).Findings)
        {
            finding.Score.ShouldBeInRange(0, 1);
            finding.End.ShouldBeInRange(finding.Start, text.Length);
        }
        languages.Detect(text).Confidence.ShouldBeInRange(0, 1);
        UntrustedText.Quote(text, "message", Guid.Empty).ShouldStartWith("BEGIN DATA message ");
    }
}
