using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage.Backup;

namespace Switchboard.Server.Api.Administration;

/// <summary>POST /backup: writes a backup into a file of the server's machine. A backup holds everybody's rows and the secrets, so only the installation's own command line may call it.</summary>
public static class BackUp
{
    /// <summary>Where to write it.</summary>
    /// <param name="Path">The file, with its whole path.</param>
    public sealed record Body(string? Path);

    /// <summary>What was written.</summary>
    public sealed record BackupView(string Path, string Provider, DateTimeOffset CreatedAt, long Rows, int Tables, long Bytes);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/backup", HandleAsync).NeedsLocalToken().Produces<BackupView>().Example(new { path = "/var/backups/desk.swb" });

    private static async Task<IResult> HandleAsync(Body body, HttpContext http, Backups backups)
    {
        if (string.IsNullOrWhiteSpace(body.Path) || !Path.IsPathFullyQualified(body.Path)) return Problems.Invalid(("path", "is the whole path of the file, from the root on"));
        try
        {
            BackupManifest manifest = await backups.WriteAsync(body.Path, http.RequestAborted);
            return Results.Ok(new BackupView(body.Path, manifest.Provider, manifest.CreatedAt, manifest.Tables.Sum(t => t.Rows), manifest.Tables.Count, new FileInfo(body.Path).Length));
        }
        catch (BackupException error)
        {
            return Problems.Of(409, "backup_failed", "The backup was not written", error.Message);
        }
    }
}
