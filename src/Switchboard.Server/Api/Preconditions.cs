using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Switchboard.Server.Api;

/// <summary>Holds a change to the version that its maker has seen, so that nobody overwrites what they do not know.</summary>
public static class Preconditions
{
    /// <summary>The ETag of a row's revision.</summary>
    public static string TagOf(int revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <summary>Why the change may not be made: If-Match is missing (428) or names another version (412); null when it may. <c>If-Match: *</c> takes whichever version holds.</summary>
    /// <param name="http">The call.</param>
    /// <param name="tag">The ETag of the row as it stands.</param>
    public static IResult? Problem(HttpContext http, string tag)
    {
        IList<EntityTagHeaderValue> match = http.Request.GetTypedHeaders().IfMatch;
        if (match.Count == 0) return Problems.Of(428, "precondition_required", "Say which version you changed", "Send If-Match with the ETag that reading it gave, or If-Match: * to change whichever version holds.");
        var current = new EntityTagHeaderValue(tag);
        if (match.Contains(EntityTagHeaderValue.Any) || match.Any(m => m.Compare(current, useStrongComparison: true))) return null;
        http.Response.Headers.ETag = tag;
        return Problems.Of(412, "precondition_failed", "Somebody changed it", "It is not as you read it. Read it again, make your changes in it and send them.");
    }
}
