using System.Text.RegularExpressions;
using Switchboard.Core.Tests.Knowledge;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Core.Tests.Understanding.Intents;

/// <summary>The classifier that comes with the product, and how it does on sentences that others wrote.</summary>
public sealed partial class DeskIntentsTests
{
    private const int fewestSentences = 60;
    private const int fewestOutOfScope = 100;

    [Fact]
    public void Every_label_is_taught_by_enough_sentences_and_none_of_them_twice()
    {
        IReadOnlyList<IntentExample> sentences = DeskIntents.ShippedSentences();
        foreach (IGrouping<string, IntentExample> label in sentences.GroupBy(s => s.Label, StringComparer.Ordinal))
            label.Count().ShouldBeGreaterThanOrEqualTo(label.Key == IntentLabels.OutOfScope ? fewestOutOfScope : fewestSentences, label.Key);
        sentences.GroupBy(s => s.Text, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();
        DeskIntents.Shipped.Model.Labels.Where(l => l.StartsWith("billing/", StringComparison.Ordinal)).Count().ShouldBe(6);
        DeskIntents.Shipped.Model.Labels.Where(l => l.StartsWith("meta.", StringComparison.Ordinal)).ShouldBe(["meta.feedback", "meta.goodbye", "meta.greeting", "meta.human", "meta.no", "meta.thanks", "meta.yes"]);
        sentences.Select(s => s.Label).ShouldContain(IntentLabels.OutOfScope);
    }

    [Fact]
    public void The_sentences_of_the_specification_are_not_among_those_it_is_taught_with()
    {
        HashSet<string> taught = [.. DeskIntents.ShippedSentences().Select(s => Words(s.Text))];
        Specified().Where(u => taught.Contains(Words(u.Text))).Select(u => u.Text).Where(t => Words(t).Split(' ').Length > 3).ShouldBeEmpty();
    }

    [Fact]
    public void It_is_the_same_in_every_process() =>
        new DeskIntents(DeskIntents.ShippedSentences()).Model.Version.ShouldBe(DeskIntents.Shipped.Model.Version);

    /// <summary>Sentences by somebody else, twelve of each specialist; measured .875, .986, .111 and .028.</summary>
    [Fact]
    public void It_finds_the_specialist_of_sentences_that_others_wrote()
    {
        IntentReading[] read = [.. Specified().Select(u => Read(u.Text))];
        (string Label, string Text)[] asked = [.. Specified()];

        asked.Length.ShouldBe(72);
        Share((u, r) => r.Alternatives[0].Label == u.Label).ShouldBeGreaterThanOrEqualTo(0.80, "the right specialist is the likeliest");
        Share((u, r) => r.Alternatives.Any(a => a.Label == u.Label)).ShouldBeGreaterThanOrEqualTo(0.95, "it is among the first three");
        Share((u, r) => r.Intents.Any(i => i.Label is not null) && r.Intents.All(i => i.Label != u.Label)).ShouldBeLessThanOrEqualTo(0.15, "another is taken");
        Share((_, r) => r.Abstain != IntentAbstention.None).ShouldBeLessThanOrEqualTo(0.10, "it abstains");

        double Share(Func<(string Label, string Text), IntentReading, bool> holds) => asked.Zip(read).Count(p => holds(p.First, p.Second)) / (double)asked.Length;
    }

    [Fact]
    public void What_nobody_serves_is_refused()
    {
        IReadOnlyList<IntentExample> others = [.. LabelledMessages.Read(Articles.SharedData("clinc150")).Where(e => e.Label == IntentLabels.OutOfScope)];
        others.Count.ShouldBeGreaterThan(50);
        (others.Count(o => Read(o.Text).Intents.All(i => i.Label is null || i.Label.StartsWith("meta.", StringComparison.Ordinal))) / (double)others.Count).ShouldBeGreaterThanOrEqualTo(0.80);
    }

    [Theory]
    [InlineData("hello", "meta.greeting")]
    [InlineData("many thanks for that", "meta.thanks")]
    [InlineData("bye then", "meta.goodbye")]
    [InlineData("may I speak with a real person", "meta.human")]
    [InlineData("please give our payment for March back", "billing/refund-processor")]
    [InlineData("Kindly put three more seats on our plan", "billing/plan-change-specialist")]
    public void A_plain_wish_is_understood(string text, string label) => Read(text).Intents.Single().Label.ShouldBe(label);

    [Fact]
    public void Two_wishes_of_one_message_are_two_intents() =>
        Read("I want my money back and can you send me the invoice for May?").Intents.Select(i => i.Label).ShouldBe(["billing/refund-processor", "billing/invoice-generator"]);

    [Theory]
    [InlineData("billing/refund-processor", "support", "support.billing")]
    [InlineData("monetization/usage-tracker", "support", "support.billing")]
    [InlineData("monetization/training-seller", "success", "success.expansion")]
    [InlineData("success/nps-tracker", "success", "success.health")]
    [InlineData("sales/closer", "sales", "sales")]
    [InlineData("meta.thanks", "meta", "meta.thanks")]
    public void A_label_has_its_place(string label, string domain, string category) => LabelPlaces.Of(label).ShouldBe(new LabelPlace(domain, category));

    private static IntentReading Read(string text) => DeskIntents.Shipped.Read(text, EntityExtractor.Extract(text, TextContexts.English));

    private static string Words(string text) => NoWord().Replace(text.ToUpperInvariant(), " ").Trim();

    /// <summary>The utterances of the specification for the labels that are taught.</summary>
    private static IEnumerable<(string Label, string Text)> Specified()
    {
        string path = Path.Combine(Articles.Root(), "..", "shared", "spec", "agents", "support.md");
        if (!File.Exists(path)) Assert.Skip("The specification is not in ../shared/spec.");
        HashSet<string> labels = [.. DeskIntents.Shipped.Model.Labels];
        string label = "";
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal)) label = line[4..].Split(' ')[0];
            else if (line.StartsWith("- utterances:", StringComparison.Ordinal) && labels.Contains(label))
                foreach (Match quoted in Quoted().Matches(line)) yield return (label, quoted.Groups["text"].Value);
        }
    }

    [GeneratedRegex("\"(?<text>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    [GeneratedRegex("[^A-Z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex NoWord();
}
