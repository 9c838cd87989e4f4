namespace Switchboard.Domain.Organisation;

/// <summary>A figure of the policies that differs between two versions.</summary>
/// <param name="Path">Where it stands: <c>refunds.firstPaymentDays</c>.</param>
/// <param name="Before">What it was, as text; null when it was not there.</param>
/// <param name="After">What it is, as text; null when it is gone.</param>
public sealed record PolicyFigureChange(string Path, string? Before, string? After);

/// <summary>One version of a tenant's policies. Versions are written once and never changed.</summary>
public sealed class PolicyDocument : TenantRow
{
    /// <summary>1, 2, 3 … without gaps in the tenant.</summary>
    public required int Version { get; init; }

    /// <summary>The policies as YAML, whole.</summary>
    public required string Yaml { get; init; }

    /// <summary>The figures that differ from the version before.</summary>
    public IReadOnlyList<PolicyFigureChange> Changes { get; init; } = [];

    /// <summary>Who saved it.</summary>
    public required string Author { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
