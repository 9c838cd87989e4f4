namespace Switchboard.Domain.Support;

/// <summary>What can come of a search.</summary>
public static class SearchOutcomes
{
    /// <summary>Articles cover what was asked.</summary>
    public const string Answered = "answered";

    /// <summary>Articles cover a part of it.</summary>
    public const string Weak = "weak";

    /// <summary>No article does.</summary>
    public const string None = "none";

    /// <summary>An article of the hits was opened; the entry follows that of the search and repeats its words.</summary>
    public const string Opened = "opened";
}
