using Switchboard.Domain.Figures;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Server.Auth;
using Switchboard.Storage;
using Switchboard.Storage.Figures;

namespace Switchboard.Server.Api.Analytics;

/// <summary>GET /analytics/revenue, csat, conversations and resolution?from=&amp;to=: figures of whole days of the tenant's calendar, the last 30 when none are named.</summary>
public static class ReadFigures
{
    private const string scope = "read:analytics";
    private const int days = 30;
    private const int mostDays = 3660;

    /// <summary>What customers say.</summary>
    public sealed record SatisfactionView(Estimate Csat, Estimate Nps);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder analytics = routes.MapGroup("/analytics");
        analytics.MapGet("/revenue", (DateOnly? from, DateOnly? to, HttpContext http, Tenants tenants, TimeProvider time, FigureStore figures) =>
            AnswerAsync(from, to, http, tenants, time, (tenant, period) => figures.RevenueAsync(tenant, period, http.RequestAborted))).NeedsScope(scope).Produces<Revenue>();
        analytics.MapGet("/csat", (DateOnly? from, DateOnly? to, HttpContext http, Tenants tenants, TimeProvider time, FigureStore figures) =>
            AnswerAsync(from, to, http, tenants, time, async (tenant, period) => new SatisfactionView(await figures.CsatAsync(tenant, period, http.RequestAborted), await figures.NpsAsync(tenant, period, http.RequestAborted)))).NeedsScope(scope).Produces<SatisfactionView>();
        analytics.MapGet("/conversations", (DateOnly? from, DateOnly? to, HttpContext http, Tenants tenants, TimeProvider time, FigureStore figures) =>
            AnswerAsync(from, to, http, tenants, time, (tenant, period) => figures.ResponsesAsync(tenant, period, http.RequestAborted))).NeedsScope(scope).Produces<ResponseFigures>();
        analytics.MapGet("/resolution", (DateOnly? from, DateOnly? to, HttpContext http, Tenants tenants, TimeProvider time, FigureStore figures) =>
            AnswerAsync(from, to, http, tenants, time, (tenant, period) => figures.ResolutionsAsync(tenant, period, time.GetUtcNow(), http.RequestAborted))).NeedsScope(scope).Produces<ResolutionFigures>();
    }

    private static async Task<IResult> AnswerAsync<T>(DateOnly? from, DateOnly? to, HttpContext http, Tenants tenants, TimeProvider time, Func<Guid, FigurePeriod, Task<T>> read)
    {
        Tenant tenant = (await tenants.FindAsync(http.Caller().TenantId, http.RequestAborted))!;
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(tenant.TimeZone);
        DateOnly last = to ?? LocalTime.DayOf(time.GetUtcNow(), zone), first = from ?? last.AddDays(1 - days);
        if (first > last) return Problems.Invalid(("from", $"{first:yyyy-MM-dd} lies behind \"to\", {last:yyyy-MM-dd}"));
        if (last.DayNumber - first.DayNumber >= mostDays) return Problems.Invalid(("from", $"a period has at most {mostDays} days"));
        return Results.Ok(await read(tenant.Id, FigurePeriod.Of(first, last, zone)));
    }
}
