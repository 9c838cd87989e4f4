using Microsoft.Net.Http.Headers;
using Switchboard.Core.Agents;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage.Policies;

namespace Switchboard.Server.Api.Policies;

/// <summary>PUT /policies: replaces the document by the one of the body, JSON or YAML; what it leaves out is as it is by default. If-Match names the version it was made from.</summary>
public static class ReplacePolicies
{
    /// <summary>What holds now, and what changed.</summary>
    public sealed record SavedView(int Version, IReadOnlyList<PolicyFigureChange> Changes);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/policies", HandleAsync).NeedsScope(Scopes.AdminConfig).Produces<SavedView>().Takes("application/json", PolicyBody.Yaml).HeldToVersion().Example(new { currency = "EUR" });

    private static async Task<IResult> HandleAsync(HttpContext http, PolicyStore store, Catalogue catalogue, TimeProvider time)
    {
        IList<EntityTagHeaderValue> match = http.Request.GetTypedHeaders().IfMatch;
        if (match.Count == 0) return Problems.Of(428, "precondition_required", "Say which version you changed", "Send If-Match with the ETag of GET /policies, or If-Match: * to replace whichever version holds.");
        Actor caller = http.Caller();
        int? expected = null;
        if (!match.Contains(EntityTagHeaderValue.Any))
        {
            int current = (await store.CurrentAsync(caller.TenantId, http.RequestAborted)).Version;
            var tag = new EntityTagHeaderValue(PolicyBody.TagOf(current));
            if (!match.Any(m => m.Compare(tag, useStrongComparison: true))) return Changed(http, current);
            expected = current;
        }

        if (await PolicyBody.ReadAsync(http.Request) is not { } reading)
            return Problems.Of(415, "unsupported_media_type", "The body has another type", $"Send the policies as application/json or {PolicyBody.Yaml}.");
        if (reading.Policies is null) return Problems.Invalid([.. reading.Problems.Select(p => (p.Path.Length > 0 ? p.Path : "body", p.Line is { } line ? $"line {line}: {p.Message}" : p.Message))]);

        if (AgentSettings.Problems(reading.Policies, catalogue) is { Count: > 0 } unfit) return Problems.Invalid([.. unfit.Select(p => (p.Path, p.Message))]);

        PolicySave save = await store.SaveAsync(caller, expected, reading.Policies, time.GetUtcNow(), CancellationToken.None);
        if (!save.Saved) return Changed(http, save.Version);
        http.Response.Headers.ETag = PolicyBody.TagOf(save.Version);
        return Results.Ok(new SavedView(save.Version, save.Changes));
    }

    private static IResult Changed(HttpContext http, int version)
    {
        http.Response.Headers.ETag = PolicyBody.TagOf(version);
        return Problems.Of(412, "precondition_failed", "Somebody changed the policies", $"Version {version} holds now. Read it, make your changes in it and send it again.");
    }
}
