namespace Switchboard.Core.Desk;

/// <summary>The figures a turn is decided by; all of them the tenant's policy, these are the defaults.</summary>
public sealed record DeskPolicy
{
    /// <summary>Confidence below which a reply counts as unsure, 0..1.</summary>
    public double ConfidenceFloor { get; init; } = 0.55;

    /// <summary>Unsure replies in a row after which a person takes over.</summary>
    public int UnsureRepliesToHandOff { get; init; } = 2;

    /// <summary>Least similarity to an utterance at which an intent is accepted, 0..1.</summary>
    public double IntentFloor { get; init; } = 0.7;

    /// <summary>Confidence from which another wish interrupts an open dialogue, 0..1.</summary>
    public double InterruptFloor { get; init; } = 0.75;

    /// <summary>Agents a turn may pass through.</summary>
    public int MostHops { get; init; } = 4;

    /// <summary>Steps an agent's talk may take in one turn; the longest of the product's own takes a tenth of it.</summary>
    public int MostSteps { get; init; } = 200;

    /// <summary>Starts of the process with the same turn unfinished after which the turn is given up and people take over.</summary>
    public int MostStarts { get; init; } = 10;

    /// <summary>How long an approval waits before it ends by itself.</summary>
    public TimeSpan ApprovalLife { get; init; } = TimeSpan.FromHours(72);

    /// <summary>The version recorded with each decision.</summary>
    public string Version { get; init; } = "default-1";
}

/// <summary>The ids of the desk's own agents: what a turn falls back on when no specialist of the catalogue is meant.</summary>
public static class DeskAgents
{
    /// <summary>What their ids begin with.</summary>
    public const string Folder = "desk/";

    /// <summary>Answers from the articles, or says that it cannot.</summary>
    public const string KnowledgeAnswerer = "desk/knowledge-answerer";

    /// <summary>Greets, thanks and takes leave.</summary>
    public const string SmallTalk = "desk/small-talk";

    /// <summary>Asks which of two or three specialists is meant.</summary>
    public const string Clarifier = "desk/clarifier";

    /// <summary>Gives the conversation to people.</summary>
    public const string HumanHandoff = "desk/human-handoff";
}
