namespace Switchboard.Core.Agents.Kinds.Writing;

/// <summary>A sentence that is to be written: words taken from the evidence, or a text of the card.</summary>
/// <param name="Evidence">What it stands on.</param>
public abstract record OutlineSentence(IReadOnlyList<string> Evidence)
{
    /// <summary>Words as they stand in the evidence.</summary>
    public static OutlineSentence Taken(string text, params IReadOnlyList<string> evidence) => new TakenSentence(text, evidence);

    /// <summary>A text of the card, with its placeholders filled from a record.</summary>
    public static OutlineSentence Said(string key, object? values, params IReadOnlyList<string> evidence) => new SaidSentence(key, values, evidence);

    internal abstract string Write(AgentCard card);

    private sealed record TakenSentence(string Text, IReadOnlyList<string> From) : OutlineSentence(From)
    {
        internal override string Write(AgentCard card) => Text.Trim();
    }

    private sealed record SaidSentence(string Key, object? Values, IReadOnlyList<string> From) : OutlineSentence(From)
    {
        internal override string Write(AgentCard card) => card.Say(Key, Values);
    }
}

/// <summary>How a section is set.</summary>
public enum SectionForm { Paragraph, Numbered, Bulleted }

/// <summary>A section of a draft.</summary>
/// <param name="Heading">Key of its heading among the card's texts; null for none.</param>
/// <param name="Sentences">Its sentences.</param>
public sealed record OutlineSection(string? Heading, IReadOnlyList<OutlineSentence> Sentences)
{
    /// <summary>How it is set.</summary>
    public SectionForm Form { get; init; }

    /// <summary>What is missing when it has no sentence: then the place says so and the draft has a finding. Null when it is left out then.</summary>
    public string? Needs { get; init; }

    /// <summary>Whether a draft without it is held back.</summary>
    public bool IsRequired { get; init; }
}

/// <summary>A published text that a draft might repeat.</summary>
/// <param name="Id">Which.</param>
/// <param name="Title">Its title.</param>
/// <param name="Body">Its text.</param>
public sealed record PublishedText(string Id, string Title, string Body);

/// <summary>What a writer makes of its evidence: what is said where. The words are set, measured and kept by the engine.</summary>
/// <param name="Output">What the agent says beside the draft.</param>
/// <param name="Title">The title.</param>
/// <param name="Sections">The sections in order.</param>
public sealed record Outline<TOutput>(TOutput Output, string Title, IReadOnlyList<OutlineSection> Sections) where TOutput : WrittenFinding
{
    /// <summary>BCP 47 tag of the language.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The least reading ease of English.</summary>
    public double? LeastEase { get; init; }

    /// <summary>The most reading ease of English.</summary>
    public double? MostEase { get; init; }

    /// <summary>The most LIX of other languages.</summary>
    public double? MostLix { get; init; }

    /// <summary>The least number of words.</summary>
    public int? LeastWords { get; init; }

    /// <summary>The most words.</summary>
    public int? MostWords { get; init; }

    /// <summary>Published texts of the same language.</summary>
    public IReadOnlyList<PublishedText> Published { get; init; } = [];

    /// <summary>Words that are not used, beside those nobody should use.</summary>
    public IReadOnlyList<string> Banned { get; init; } = [];

    /// <summary>Checks of the agent's own.</summary>
    public IReadOnlyList<WrittenCheck> Checks { get; init; } = [];

    /// <summary>What the agent itself finds wrong.</summary>
    public IReadOnlyList<WrittenIssue> Issues { get; init; } = [];
}
