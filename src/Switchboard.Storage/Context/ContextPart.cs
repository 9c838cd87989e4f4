using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Context;

/// <summary>A part of the context: its questions, asked with those of all the others.</summary>
/// <param name="Name">What it is called where it is missing.</param>
/// <param name="Queries">The questions.</param>
internal sealed record ContextPart(string Name, IReadOnlyList<EngineQuery> Queries)
{
    /// <summary>Whether all of it came.</summary>
    public bool IsAnswered => Queries.All(q => q.IsAnswered);
}
