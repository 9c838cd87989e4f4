using System.Collections.Frozen;

namespace Switchboard.Domain.Identity;

/// <summary>An unordered set of scopes with the two operations authority needs: test and narrow.</summary>
public sealed class ScopeSet : IEquatable<ScopeSet>
{
    private readonly FrozenSet<string> scopes;

    /// <summary>Makes a set of the given scopes.</summary>
    /// <exception cref="ArgumentException">A scope is not one of <see cref="Scopes.All"/>.</exception>
    public ScopeSet(IEnumerable<string> scopes)
    {
        this.scopes = scopes.ToFrozenSet(StringComparer.Ordinal);
        if (this.scopes.FirstOrDefault(s => !Scopes.All.Contains(s)) is { } unknown)
            throw new ArgumentException($"\"{unknown}\" is no scope. Scopes are: {string.Join(' ', Scopes.All.Order(StringComparer.Ordinal))}.", nameof(scopes));
    }

    /// <summary>The set without any scope.</summary>
    public static ScopeSet None { get; } = new([]);

    /// <summary>The scopes in alphabetical order.</summary>
    public IReadOnlyList<string> Items => [.. scopes.Order(StringComparer.Ordinal)];

    /// <summary>Whether the set carries the scope.</summary>
    public bool Has(string scope) => scopes.Contains(scope);

    /// <summary>The scopes that both sets carry: how a key is held to its owner's authority.</summary>
    public ScopeSet NarrowedTo(ScopeSet other) => new(scopes.Where(other.scopes.Contains));

    /// <summary>Whether every scope of this set is in the other.</summary>
    public bool IsWithin(ScopeSet other) => scopes.All(other.scopes.Contains);

    /// <summary>Reads a list of scopes parted by spaces or commas.</summary>
    /// <exception cref="ArgumentException">A word of it is not a scope.</exception>
    public static ScopeSet Parse(string text) => new(text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>The scopes in alphabetical order, parted by spaces; <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Join(' ', Items);

    /// <inheritdoc />
    public bool Equals(ScopeSet? other) => other is not null && scopes.SetEquals(other.scopes);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ScopeSet);

    /// <inheritdoc />
    public override int GetHashCode() => scopes.Aggregate(0, (hash, scope) => hash ^ StringComparer.Ordinal.GetHashCode(scope));
}
