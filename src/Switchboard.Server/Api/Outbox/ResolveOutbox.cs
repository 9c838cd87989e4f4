using Switchboard.Core.Outbox;
using Switchboard.Domain;
using Switchboard.Domain.Operations;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Outbox;

/// <summary>POST /outbox/{id}/resolve: a person has found out what became of an effect of which nobody knew. It is recorded; nothing is sent.</summary>
public static class ResolveOutbox
{
    private const string scope = "approve:actions";
    private const int mostNote = 2000;

    /// <summary>What was found out.</summary>
    public sealed record Body(bool? Performed, string? Note);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/outbox/{id:guid}/resolve", HandleAsync).NeedsScope(scope).Produces<ReadOutbox.EntryView>().Example(new { performed = true, note = "Seen in the other system." });

    private static async Task<IResult> HandleAsync(Guid id, Body body, HttpContext http, Data data, OutsidePorts ports, TimeProvider time)
    {
        if (body.Performed is not { } performed) return Problems.Invalid(("performed", "is true or false: whether it was performed"));
        string note = body.Note?.Trim() ?? string.Empty;
        if (note.Length is 0 or > mostNote) return Problems.Invalid(("note", $"says in 1 to {mostNote} characters how it was found out"));
        try
        {
            OutboxEntry? entry = await data.WriteAsync(
                http.Caller(),
                db =>
                {
                    OutboxEntry? found = db.Set<OutboxEntry>().SingleOrDefault(e => e.Id == id);
                    if (found is null) return null;
                    // A delivery that was ended from outside left no outcome, and nobody will write one any more.
                    string subject = OutboxDelivery.SubjectOf(id);
                    if (found.Status == OutboxStatus.Sending && !db.Runs.Any(r => r.Subject == subject && r.FinishedAt == null)) found.LoseTrack("The delivery ended before the outcome was stored.", time.GetUtcNow());
                    found.Resolve(performed, note, time.GetUtcNow());
                    return found;
                },
                CancellationToken.None);
            return entry is null ? Problems.NotFound("entry in the outbox") : Results.Ok(ReadOutbox.Show(entry, ports));
        }
        catch (DomainRuleException broken)
        {
            return Problems.Of(409, broken.Rule, "There is nothing to find out", broken.Message);
        }
    }
}
