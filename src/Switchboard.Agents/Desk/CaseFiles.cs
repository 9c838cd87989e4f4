using Switchboard.Core.Conversations;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Desk;

/// <summary>What people need to know who take a conversation over.</summary>
internal static class CaseFiles
{
    private const int wishLength = 300;

    /// <summary>The file of a turn.</summary>
    /// <param name="turn">The turn that gives the conversation away.</param>
    /// <param name="email">Where an answer can be sent; null when that is not known.</param>
    public static CaseFile Of(Turn turn, string? email)
    {
        // The wish is what the customer wanted before asking for a person; that request itself tells a colleague nothing.
        Message? asked = turn.Opening.Reason == "customer_request"
            ? turn.History.LastOrDefault(m => m.Author == MessageAuthor.Customer && m.Sequence < turn.Opening.WishSequence)
            : null;
        string wish = asked?.Text ?? turn.Opening.Wish;
        var facts = new List<CaseFact>();
        if (turn.Contact is { } contact) facts.Add(new CaseFact($"{contact.Name} <{contact.Email}>, role {contact.Role.ToString().ToLowerInvariant()}", $"contact {contact.Id}", turn.Now));
        else if (email is not null) facts.Add(new CaseFact($"answers go to {email}, which is not proven", "the customer's own words", turn.Now));
        facts.AddRange(turn.History.SelectMany(m => m.Citations).DistinctBy(c => c.ArticleId).Select(c => new CaseFact($"the customer was shown \"{c.Title}\"", $"article {c.ArticleId}, version {c.Version}", turn.Now)));
        // What was done must reach the colleague even when the dialogue that did it could not go on to say so.
        facts.AddRange(turn.State.Dialogues.SelectMany(d => d.Performed.Select(action => new CaseFact($"{d.Input.AgentId} performed {action}", $"journal of dialogue {d.RunId}", turn.Now))));
        return new CaseFile(
            turn.Contact?.Name ?? "a visitor, not proven",
            email,
            wish.Length <= wishLength ? wish : string.Concat(wish.AsSpan(0, wishLength - 1), "…"),
            asked?.Sequence ?? turn.Opening.WishSequence,
            facts,
            [.. turn.History.Where(m => m.Author == MessageAuthor.Agent && m.AgentId != turn.Card.Id).Select(m => new TriedStep(m.AgentId ?? "agent", m.Citations.Count > 0 ? "answered from the articles" : "replied", Shorten(m.Text), m.CreatedAt))],
            wish.Length <= wishLength ? wish : string.Concat(wish.AsSpan(0, wishLength - 1), "…"),
            email is null ? "Answer here in the conversation; no address is known." : $"Answer here and to {email}.");
    }

    private static string Shorten(string text) => text.Length <= 140 ? text : string.Concat(text.AsSpan(0, 139), "…");
}
