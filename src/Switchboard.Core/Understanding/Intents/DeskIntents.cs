using System.Collections.Frozen;
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
    private readonly FrozenDictionary<string, string> corrected = FrozenDictionary<string, string>.Empty;

    /// <summary>A classifier of other sentences than those of the product, as a tenant's own.</summary>
    /// <param name="sentences">Sentences with their label, as people wrote them; their entities are masked here.</param>
    public DeskIntents(IReadOnlyList<IntentExample> sentences) => model = new Lazy<IntentModel>(() => IntentTrainer.Train(Masked(sentences)));

    private DeskIntents(IReadOnlyList<IntentExample> sentences, IReadOnlyList<IntentExample> corrections) : this(IntentUpdater.Together(sentences, corrections)) =>
        corrected = IntentUpdater.Together([], corrections).ToFrozenDictionary(c => c.Text, c => c.Label, StringComparer.OrdinalIgnoreCase);

    /// <summary>The one that comes with the product.</summary>
    public static DeskIntents Shipped { get; } = new(ShippedSentences());

    /// <summary>The labels the sentences of the product teach, out of scope among them.</summary>
    public static FrozenSet<string> Labels { get; } = ShippedSentences().Select(s => s.Label).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>One that is taught by the sentences of the product and by turns that people corrected.</summary>
    public static DeskIntents Corrected(IReadOnlyList<IntentExample> corrections) => corrections.Count == 0 ? Shipped : new DeskIntents(ShippedSentences(), corrections);

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

    /// <summary>What a person said this very message wants; null when nobody did.</summary>
    public string? CorrectedTo(string text) => corrected.GetValueOrDefault(text);

    /// <summary>Sentences with their entities masked, as the classifier reads messages.</summary>
    public static IReadOnlyList<IntentExample> Masked(IReadOnlyList<IntentExample> sentences) =>
        [.. sentences.Select(s => s with { Text = EntityMask.Apply(s.Text, EntityExtractor.Extract(s.Text, reading)) })];
}
