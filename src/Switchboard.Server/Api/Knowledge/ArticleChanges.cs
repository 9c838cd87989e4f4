using Switchboard.Domain.Organisation;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>How routes change articles: as rows are changed, and behind the commit this process looks for the new version at once and asks for the vectors of what is new.</summary>
/// <param name="changes">How rows are changed.</param>
/// <param name="tenants">Told that a tenant's knowledge version grew.</param>
/// <param name="vectors">Asked for the vectors.</param>
public sealed class ArticleChanges(RowChanges changes, Tenants tenants, VectorUpkeep vectors)
{
    /// <summary>Changes an article and answers the call.</summary>
    public async Task<IResult> MakeAsync<TBody>(HttpContext http, TBody body, Func<SwitchboardDb, Tenant, Changed> work)
    {
        Guid tenantId = http.Caller().TenantId;
        Tenant tenant = (await tenants.FindAsync(tenantId, http.RequestAborted))!;
        (IResult answer, bool isChanged) = await changes.TryAsync(http, body, db => work(db, tenant));
        if (!isChanged) return answer;
        tenants.Forget();
        if (await tenants.FindAsync(tenantId, CancellationToken.None) is { } now) await vectors.ChangedAsync(now, CancellationToken.None);
        return answer;
    }
}
