namespace Switchboard.Core.Runs;

/// <summary>What a process does for an installation that several share.</summary>
public enum NodeRole
{
    /// <summary>It answers calls and carries out no runs.</summary>
    Web,

    /// <summary>It carries out runs.</summary>
    Worker,

    /// <summary>Both.</summary>
    All,
}

/// <summary>The node as which this process takes the runs that begin in its own commits. Without one they are left to whoever takes them.</summary>
public sealed class NodePlace
{
    private volatile object? held;

    /// <summary>The node; null when this process takes none.</summary>
    public Guid? NodeId => (Guid?)held;

    /// <summary>Takes runs as the node from now on; null to take none.</summary>
    public void Become(Guid? nodeId) => held = nodeId;
}

/// <summary>A process that carries out runs of a database which several share. One that has not been seen for a while counts as gone, and others take its runs over.</summary>
public sealed class RunNode
{
    /// <summary>A new one with each start.</summary>
    public required Guid Id { get; init; }

    /// <summary>Machine and process, for people.</summary>
    public required string Name { get; init; }

    /// <summary>web, worker or all.</summary>
    public required string Role { get; init; }

    /// <summary>When it started, by the database's clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was last seen, by the database's clock.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>When it began to leave: it takes no more runs. Null while it stays.</summary>
    public DateTimeOffset? DrainingAt { get; init; }
}
