using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Core.Understanding.Language;
using Extractor = Switchboard.Core.Understanding.EntityExtractor;

namespace Switchboard.Agents.Routing;

/// <summary>Says what each clause of a message wants, on four levels with calibrated probabilities, or abstains. Which agent serves it is decided by the routers.</summary>
[Agent("routing/intent-classifier")]
public sealed class IntentClassifier : RoutingAgent<IntentInput, IntentFacts, IntentFinding>
{
    private const int longestText = 10_000;
    private const int fewestLabels = 2;

    private static readonly LanguageDetector languages = new();

    /// <inheritdoc />
    protected override Task<Finding<IntentFacts>> LoadAsync(IntentInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (Problem(input.Text) is { } problem) return Task.FromResult<Finding<IntentFacts>>(problem);
        string text = input.Text!;
        string language = input.Language ?? (languages.Detect(text) is { Tag: not "und" } detected ? detected.Tag : basis.Locale);
        var context = new EntityContext(basis.Now, basis.Zone, language, basis.Locale, basis.Currency) { Catalogue = CatalogueNames.Of(basis.Policies, [], [], [], []) };
        IReadOnlyList<Entity> entities = Extractor.Extract(text, context);
        DeskIntents desk = DeskIntents.Shipped;
        return Task.FromResult<Finding<IntentFacts>>(new IntentFacts
        {
            Text = text,
            Entities = entities,
            Clauses = desk.Score(text, entities, new IntentContext(input.LastBotQuestion, input.PreviousText)),
            ModelVersion = desk.Model.Version,
        });
    }

    /// <inheritdoc />
    protected override Finding<IntentFinding> Compute(IntentInput input, IntentFacts facts, AgentBasis basis)
    {
        string? text = facts.Text ?? input.Text;
        if (Problem(text) is { } problem) return problem;
        IReadOnlyList<Entity> entities = facts.Entities ?? [];
        if (IntentReader.Answer(text!, entities, input.LastBotQuestion, facts.ModelVersion) is { } answer) return IntentFinding.Of(answer);
        if (facts.Clauses is not { } clauses || clauses.Count > 0 && clauses.Max(c => c.Scores.Count) < fewestLabels)
            return new Stop("no_model", "Fewer than two labels were taught, so every message is unknown; give training sentences of at least two.");
        if (clauses.Any(c => c.Span.Start < 0 || c.Span.End < c.Span.Start || c.Span.End > text!.Length)) return new Stop("invalid_input", $"clauses.span lies within the text, 0 to {text!.Length}.");
        return IntentFinding.Of(IntentReader.Decide(text!, entities, clauses, facts.ModelVersion, LabelPlaces.Of, new IntentThresholds()));
    }

    private static Stop? Problem(string? text) =>
        string.IsNullOrWhiteSpace(text) ? new Stop("invalid_input", "Give the text of the message.")
        : text.Length > longestText ? new Stop("invalid_input", $"A text has at most {longestText} characters.")
        : null;
}
