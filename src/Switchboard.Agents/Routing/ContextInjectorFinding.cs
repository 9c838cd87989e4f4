using Switchboard.Core.Routing;

namespace Switchboard.Agents.Routing;

/// <summary>Whose context, for whom.</summary>
/// <param name="ContactId">The proven contact; the customer is theirs.</param>
/// <param name="Proof">How they are proven; without proof nothing of an account is told.</param>
/// <param name="Clock">The clock; that of the run when it is not given.</param>
/// <param name="BudgetChars">Characters the text may have; 1 600 when it is not given.</param>
/// <param name="DataClasses">Classes of data that may reach a model: account, billing, usage, support, health, contact. Those of the policy when they are not given.</param>
/// <param name="CustomerId">The customer, where the staff asks for no contact.</param>
public sealed record ContextInjectorInput(
    Guid? ContactId = null, ContactProof Proof = ContactProof.None, DateTimeOffset? Clock = null, int? BudgetChars = null, IReadOnlyList<string>? DataClasses = null, Guid? CustomerId = null);

/// <summary>Where a fact stands.</summary>
/// <param name="Table">The table.</param>
/// <param name="Id">The row; null where several are counted.</param>
public sealed record FactOrigin(string Table, Guid? Id);

/// <summary>A fact with its source and its age.</summary>
/// <param name="Name">Which.</param>
/// <param name="Value">The value as text.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="AsOf">Of when it is.</param>
public sealed record InjectedFact(string Name, string Value, FactOrigin Source, DateTimeOffset AsOf);

/// <summary>The block of facts.</summary>
public sealed record ContextInjectorFinding
{
    /// <summary>How the one who writes is proven.</summary>
    public required ContactProof Proof { get; init; }

    /// <summary>The customer's id; null without proof.</summary>
    public required string? Customer { get; init; }

    /// <summary>What is known, in its order.</summary>
    public required IReadOnlyList<InjectedFact> Facts { get; init; }

    /// <summary>What stands out, in its order.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>How the figures stand.</summary>
    public required ContextBands Bands { get; init; }

    /// <summary>The parts that could not be read.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>The same as text for a model.</summary>
    public required string Text { get; init; }

    /// <summary><c>not_proven</c>, <c>partial</c>, or null where all is known that there is.</summary>
    public required string? Reason { get; init; }
}
