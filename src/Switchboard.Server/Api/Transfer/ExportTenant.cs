using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;
using Switchboard.Storage.Transfer;

namespace Switchboard.Server.Api.Transfer;

/// <summary>GET /export: the tenant as a zip of JSON Lines that <c>POST /imports/tenant</c> reads. API keys and the audit stay.</summary>
public static class ExportTenant
{
    // An export holds personal data.
    private const string personal = "read:customers:pii";

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/export", HandleAsync).NeedsScopes(Scopes.AdminConfig, personal).AnswersAs("application/zip").CountsAs(RouteClass.Bulk);

    private static async Task<IResult> HandleAsync(HttpContext http, TenantExport export, Tenants tenants)
    {
        Actor caller = http.Caller();
        Tenant tenant = (await tenants.FindAsync(caller.TenantId, http.RequestAborted))!;
        // It is written whole before it is sent, so that an error is an error and not half a zip.
        FileStream file = UploadedFile.Create();
        try
        {
            await export.WriteAsync(caller.TenantId, file, progress: null, http.RequestAborted);
            file.Position = 0;
            http.Response.Headers.CacheControl = "no-store";
            return Results.File(file, "application/zip", $"{tenant.Slug}.zip");
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
