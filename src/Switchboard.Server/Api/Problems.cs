using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Switchboard.Server.Api;

/// <summary>The code that a call was answered with, for who watches what is refused.</summary>
/// <param name="Code">The code.</param>
public sealed record ProblemCode(string Code);

/// <summary>Errors as RFC 9457 problem documents with a stable code.</summary>
public static class Problems
{
    /// <summary>A problem with its code.</summary>
    public static IResult Of(int status, string code, string title, string detail) => new Coded(code, Results.Problem(new ProblemDetails
    {
        Status = status,
        Title = title,
        Detail = detail,
        Type = $"urn:switchboard:problem:{code}",
        Extensions = { ["code"] = code, ["traceId"] = TraceId },
    }));

    /// <summary>The object does not exist, or not for this caller: both look the same from outside.</summary>
    public static IResult NotFound(string what) => Of(404, "not_found", "Not found", $"There is no such {what}.");

    /// <summary>Fields of the request are wrong; each message says how to mend it.</summary>
    public static IResult Invalid(params (string Field, string Message)[] errors) => Results.Problem(new ProblemDetails
    {
        Status = 400,
        Title = "The request is not valid",
        Detail = string.Join(" ", errors.Select(e => $"{e.Field}: {e.Message}")),
        Type = "urn:switchboard:problem:invalid_request",
        Extensions =
        {
            ["code"] = "invalid_request",
            ["traceId"] = TraceId,
            ["errors"] = errors.GroupBy(e => e.Field, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(e => e.Message).ToArray(), StringComparer.Ordinal),
        },
    });

    private sealed class Coded(string code, IResult problem) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Features.Set(new ProblemCode(code));
            return problem.ExecuteAsync(http);
        }
    }

    private static string TraceId => Activity.Current?.TraceId.ToString() ?? string.Empty;
}
