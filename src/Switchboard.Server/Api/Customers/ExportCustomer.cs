using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Transfer;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage.Transfer;

namespace Switchboard.Server.Api.Customers;

/// <summary>POST /customers/{id}/export: all that is kept of a customer, or of one of its people.</summary>
public static class ExportCustomer
{
    /// <summary>Whose: the one person, or with nothing said the customer and all its people.</summary>
    public sealed record ExportBody(Guid? ContactId = null);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/customers/{id:guid}/export", ExportAsync).NeedsScopes(CustomerAccess.Read, CustomerAccess.ReadPersonal).AnswersAs("application/zip").Example(new { contactId = Guid.Empty }).CountsAs(RouteClass.Bulk).KeepsNoKey("It changes nothing, and its answer is personal data that is not to lie about.").Produces(200, contentType: "application/zip")
            .WithSummary("All that is kept of the customer, or of one person, as a zip of JSON Lines.");

    private static async Task<IResult> ExportAsync(Guid id, ExportBody body, HttpContext http, CustomerExport export)
    {
        // It is written whole before it is sent, so that an error is an error and not half a zip.
        FileStream file = UploadedFile.Create();
        try
        {
            if (await export.WriteAsync(http.Caller(), id, body.ContactId, file, http.RequestAborted) is null)
            {
                await file.DisposeAsync();
                return Problems.NotFound(body.ContactId is null ? "customer" : "person of this customer");
            }

            file.Position = 0;
            http.Response.Headers.CacheControl = "no-store";
            return Results.File(file, "application/zip", $"customer-{id:D}.zip");
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
