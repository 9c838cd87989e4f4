namespace Switchboard.Server.Tests;

/// <summary>What the tests ask the demonstration's help centre.</summary>
internal static class Questions
{
    /// <summary>Answered by an article.</summary>
    public const string Good = "How do I reset my password?";

    /// <summary>Answered by another article.</summary>
    public const string AlsoGood = "How do I find and download an invoice?";

    /// <summary>No article says anything of this.</summary>
    public const string Unknown = "Which aquarium fish tolerate brackish water?";

    /// <summary>Nor of this.</summary>
    public const string AlsoUnknown = "Who painted the ceiling of the Sistine chapel?";
}
