namespace Switchboard.Client;

/// <summary>What the server refused, as it says it (RFC 9457).</summary>
public sealed class SwitchboardException : Exception
{
    internal SwitchboardException(int status, string code, string message, string? traceId, IReadOnlyDictionary<string, IReadOnlyList<string>> errors, TimeSpan? retryAfter)
        : base(message) => (Status, Code, TraceId, Errors, RetryAfter) = (status, code, traceId, errors, retryAfter);

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The name of the reason, which stays the same whatever the words say.</summary>
    public string Code { get; }

    /// <summary>The name of the call in the server's traces; null when it gave none.</summary>
    public string? TraceId { get; }

    /// <summary>What is wrong with which field; empty when it is not the fields.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors { get; }

    /// <summary>After how long the call may be made again; null when that would change nothing.</summary>
    public TimeSpan? RetryAfter { get; }
}
