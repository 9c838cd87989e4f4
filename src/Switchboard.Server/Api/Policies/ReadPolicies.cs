using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;
using Switchboard.Core.Policies;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage.Policies;

namespace Switchboard.Server.Api.Policies;

/// <summary>GET /policies?version=: the document that is decided by, as JSON or, when asked for, as YAML; the entity tag is its version. GET /policies/versions: who changed which figures.</summary>
public static class ReadPolicies
{
    /// <summary>A version of the policies.</summary>
    public sealed record VersionView(int Version, string Author, DateTimeOffset CreatedAt, IReadOnlyList<PolicyFigureChange> Changes);

    /// <summary>Adds the routes. Whoever may see the agents may see what they decide by.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/policies", HandleAsync).NeedsScope(Scopes.ReadAgents).AnswersAs("application/json").AnswersAs(PolicyBody.Yaml);
        routes.MapGet("/policies/versions", ListAsync).NeedsScope(Scopes.ReadAgents).Produces<Page<VersionView>>();
    }

    private static async Task<IResult> HandleAsync(int? version, HttpContext http, PolicyStore store)
    {
        Guid tenant = http.Caller().TenantId;
        CurrentPolicies? found = version is { } wanted ? await store.FindAsync(tenant, wanted, http.RequestAborted) : await store.CurrentAsync(tenant, http.RequestAborted);
        if (found is null) return Problems.NotFound("version of the policies");
        http.Response.Headers.ETag = PolicyBody.TagOf(found.Version);
        http.Response.Headers.Vary = HeaderNames.Accept;
        return PolicyBody.AsksForYaml(http.Request)
            ? Results.Text(PolicyText.WriteYaml(found.Policies), PolicyBody.Yaml, Encoding.UTF8)
            : Results.Text(PolicyText.WriteJson(found.Policies), "application/json", Encoding.UTF8);
    }

    private static async Task<IResult> ListAsync(int? limit, string? cursor, HttpContext http, PolicyStore store)
    {
        if (Paging.LimitProblem(limit) is { } problem) return problem;
        int before = int.MaxValue;
        if (cursor is not null && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before)) return Paging.CursorProblem();
        int take = limit ?? Paging.MostItems;
        List<PolicyDocument> rows = await store.ListAsync(http.Caller().TenantId, before, take + 1, http.RequestAborted);
        return Results.Ok(Page<VersionView>.Of(rows, take, p => new VersionView(p.Version, p.Author, p.CreatedAt, p.Changes), p => p.Version.ToString(CultureInfo.InvariantCulture)));
    }
}
