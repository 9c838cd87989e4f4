using Switchboard.Domain.Support;

namespace Switchboard.Core.Conversations;

/// <summary>One sentence of a reply with its evidence. It is sent whole or not at all.</summary>
/// <param name="Text">The words; a list or a code block counts as one sentence.</param>
/// <param name="Citations">Where the words come from; empty for words of the desk's own, which state no fact of the product.</param>
public sealed record ReplySentence(string Text, IReadOnlyList<Citation> Citations);

/// <summary>What a dialogue ends with, or asks on its way.</summary>
public sealed record Reply
{
    /// <summary>What it is to the customer.</summary>
    public required ReplyStatus Status { get; init; }

    /// <summary>The sentences, in order; at least one.</summary>
    public required IReadOnlyList<ReplySentence> Sentences { get; init; }

    /// <summary>How sure the agent is, 0..1.</summary>
    public required double Confidence { get; init; }

    /// <summary>A code of the agent's closed list that says why it stopped; null when it did not.</summary>
    public string? Reason { get; init; }

    /// <summary>The conversation is given to people with this.</summary>
    public HandoffRequest? Handoff { get; init; }

    /// <summary>The customer confirmed that the matter is done.</summary>
    public bool Resolves { get; init; }

    /// <summary>The whole text, as it is stored.</summary>
    public string Text => string.Join(Separator, Sentences.Select(s => s.Text));

    /// <summary>Stands between two sentences in the text.</summary>
    public const string Separator = "\n\n";
}

/// <summary>Asks that people take the conversation.</summary>
/// <param name="Reason">A code: customer_request, low_confidence, no_evidence, tool_failed, slot_not_given.</param>
/// <param name="Team">The team that shall take it.</param>
/// <param name="Priority">How soon.</param>
/// <param name="CaseFile">What they need to know.</param>
public sealed record HandoffRequest(string Reason, string Team, Priority Priority, CaseFile CaseFile);
