using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace Switchboard.Server.Observability;

/// <summary>
/// Leaves in a span what is known to hold nothing of anybody, whoever put it there: paths, queries, addresses, headers, texts of statements and messages of errors may hold anything,
/// and a later version of a library may add more of them.
/// </summary>
internal sealed class KnownAttributes : BaseProcessor<Activity>
{
    private static readonly FrozenSet<string> kept = FrozenSet.Create(
        StringComparer.Ordinal,
        "http.request.method", "http.route", "http.response.status_code", "url.scheme", "network.protocol.version", "error.type",
        "db.system.name", "db.operation.name", "db.query.summary", "db.operation.batch.size");

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        foreach ((string name, object? _) in data.TagObjects.ToArray())
            if (!kept.Contains(name) && !name.StartsWith("gen_ai.", StringComparison.Ordinal) && !name.StartsWith("switchboard.", StringComparison.Ordinal)) data.SetTag(name, null);
        if (data.StatusDescription is not null) data.SetStatus(data.Status);
        // What a caller gives on for other systems is no business of ours. Nothing at all would be what the span around it has.
        data.TraceStateString = string.Empty;
    }
}
