using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge;

/// <summary>Whether the articles hold an answer.</summary>
public enum AnswerOutcome
{
    /// <summary>The articles do not cover the question well enough; <c>Closest</c> names what comes near.</summary>
    NoGroundedAnswer,

    /// <summary>Every sentence of the answer is taken from an article and cites it.</summary>
    Answered,
}

/// <summary>What an answer depends on besides the question and the articles.</summary>
public sealed record AnswerOptions
{
    public SearchOptions Search { get; init; } = new();

    /// <summary>The most units (sentences, whole lists) of an answer: 3 short, 5 normal, 9 deep.</summary>
    public int SentenceLimit { get; init; } = 5;

    /// <summary>The day of the question, for the age of articles; without it no article gets credit for being fresh.</summary>
    public DateOnly? Today { get; init; }

    /// <summary>Checked quality per article, 0..1; an article never checked counts 0.60.</summary>
    public IReadOnlyDictionary<Guid, double>? Quality { get; init; }

    /// <summary>Proven helpfulness per article, 0..1 (a Wilson lower bound of at least 5 votes); an article without counts 0.40.</summary>
    public IReadOnlyDictionary<Guid, double>? Helpfulness { get; init; }
}

/// <summary>A sentence, list, table or code block of an answer with at least one citation.</summary>
public sealed record AnswerSentence(string Text, IReadOnlyList<Citation> Citations);

/// <summary>An answer put together from articles, or the articles nearest to the question when there is none.</summary>
public sealed record KnowledgeAnswer(
    AnswerOutcome Outcome,
    string Text,
    IReadOnlyList<AnswerSentence> Sentences,
    double Confidence,
    IReadOnlyList<SearchHit> Closest,
    RankedSet Considered,
    IReadOnlyList<SpellingCorrection> Corrections);
