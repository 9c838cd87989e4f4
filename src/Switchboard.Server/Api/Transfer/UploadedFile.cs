using Microsoft.AspNetCore.Http.Features;

namespace Switchboard.Server.Api.Transfer;

/// <summary>A body that is kept in a file of its own while it is worked on, so that a large one is not held in memory. The file is readable by this process's user alone and goes when it is closed.</summary>
public static class UploadedFile
{
    /// <summary>The most bytes an import may have: 256 MB.</summary>
    public const long MostBytes = 256L << 20;

    /// <summary>Lets the body of this call be as large as an import may be.</summary>
    public static void AllowLargeBody(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MostBytes;
    }

    /// <summary>A new empty file.</summary>
    public static FileStream Create()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Combine(Path.GetTempPath(), $"switchboard-{Path.GetRandomFileName()}"), options);
    }

    /// <summary>Keeps the body of a call.</summary>
    public static async Task<FileStream> KeepAsync(HttpContext http)
    {
        AllowLargeBody(http);
        FileStream file = Create();
        try
        {
            await http.Request.Body.CopyToAsync(file, http.RequestAborted);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
