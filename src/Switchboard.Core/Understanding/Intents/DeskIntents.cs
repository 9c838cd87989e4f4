using System.Reflection;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>
/// The desk's own classifier: what a message wants, told by the sentences that come with the product. It is trained when it is first asked, once in a process, and is the same in every
/// process, for nothing in it is drawn by chance.
/// </summary>
public sealed class DeskIntents
{
    private const string prefix = "Training/";
    private const string suffix = ".txt";

    /// <summary>How a training sentence is read: no date of it may hang on the day it is read.</summary>
    private static readonly EntityContext reading = new(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc, "en", "en-US", "USD")
    {
        Catalogue = CatalogueNames.Of(TenantPolicies.Default, [], [], [], []),
    };

    private readonly Lazy<IntentModel> model;

    /// <summary>A classifier of other sentences than those of the product, as a tenant's own.</summary>
    /// <param name="sentences">Sentences with their label, as people wrote them; their entities are masked here.</param>
    public DeskIntents(IReadOnlyList<IntentExample> sentences) => model = new Lazy<IntentModel>(() => IntentTrainer.Train([.. sentences.Select(Masked)]));

    /// <summary>The one that comes with the product.</summary>
    public static DeskIntents Shipped { get; } = new(ShippedSentences());

    /// <summary>The trained classifier; the first to ask waits until it is trained.</summary>
    public IntentModel Model => model.Value;

    /// <summary>Where a label belongs.</summary>
    public static LabelPlace? PlaceOf(string label) => LabelPlaces.Of(label);

    /// <summary>The sentences that come with the product, by label: those of a specialist, of a meta label and of what nobody serves.</summary>
    public static IReadOnlyList<IntentExample> ShippedSentences()
    {
        Assembly assembly = typeof(DeskIntents).Assembly;
        var sentences = new List<IntentExample>();
        foreach (string name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            string label = name[prefix.Length..^suffix.Length];
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            while (reader.ReadLine() is { } line)
                if (line.Trim() is { Length: > 0 } sentence && sentence[0] != '#') sentences.Add(new IntentExample(sentence, label));
        }
        return sentences;
    }

    /// <summary>Reads what a message wants.</summary>
    /// <param name="text">The message.</param>
    /// <param name="entities">Its entities, by place.</param>
    /// <param name="context">What went before; null at the beginning.</param>
    /// <param name="thresholds">When a label is taken; the house's when null.</param>
    public IntentReading Read(string text, IReadOnlyList<Entity> entities, IntentContext? context = null, IntentThresholds? thresholds = null) =>
        new IntentReader(Model, PlaceOf, thresholds ?? new IntentThresholds()).Read(text, entities, context);

    /// <summary>What the classifier says of each clause, before anything is decided.</summary>
    public IReadOnlyList<ClauseScores> Score(string text, IReadOnlyList<Entity> entities, IntentContext? context = null) =>
        new IntentReader(Model, PlaceOf, new IntentThresholds()).Score(text, entities, context);

    private static IntentExample Masked(IntentExample sentence) =>
        sentence with { Text = EntityMask.Apply(sentence.Text, EntityExtractor.Extract(sentence.Text, reading)) };
}
