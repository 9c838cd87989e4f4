using Switchboard.Core.Agents;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Conversations;

/// <summary>What people need to know who take a conversation over, and what the customer is told of it.</summary>
public static class CaseFiles
{
    private const int wishLength = 300;

    /// <summary>The file of a talk that gives the conversation away.</summary>
    /// <param name="turn">Its turn.</param>
    /// <param name="email">Where an answer can be sent; null when that is not known.</param>
    public static CaseFile Of(Turn turn, string? email) => Of(turn.State, turn.Opening, turn.Card.Id, email, turn.Now);

    /// <summary>The file of a turn.</summary>
    /// <param name="state">The turn that gives the conversation away.</param>
    /// <param name="opening">What it is given away for.</param>
    /// <param name="by">The agent that gives it away; what it said itself was no try to help.</param>
    /// <param name="email">Where an answer can be sent; null when that is not known.</param>
    /// <param name="now">The turn's instant.</param>
    public static CaseFile Of(TurnState state, DialogueInput opening, string by, string? email, DateTimeOffset now)
    {
        // The wish is what the customer wanted before asking for a person; that request itself tells a colleague nothing.
        Message? asked = opening.Reason == "customer_request"
            ? state.History.LastOrDefault(m => m.Author == MessageAuthor.Customer && m.Sequence < opening.WishSequence)
            : null;
        string wish = asked?.Text ?? opening.Wish;
        var facts = new List<CaseFact>();
        if (state.Contact is { } contact) facts.Add(new CaseFact($"{contact.Name} <{contact.Email}>, role {contact.Role.ToString().ToLowerInvariant()}", $"contact {contact.Id}", now));
        else if (email is not null) facts.Add(new CaseFact($"answers go to {email}, which is not proven", "the customer's own words", now));
        facts.AddRange(state.History.SelectMany(m => m.Citations).DistinctBy(c => c.ArticleId).Select(c => new CaseFact($"the customer was shown \"{c.Title}\"", $"article {c.ArticleId}, version {c.Version}", now)));
        // What was done must reach the colleague even when the dialogue that did it could not go on to say so.
        facts.AddRange(state.Dialogues.SelectMany(d => d.Performed.Select(action => new CaseFact($"{d.Input.AgentId} performed {action}", $"journal of dialogue {d.RunId}", now))));
        return new CaseFile(
            state.Contact?.Name ?? "a visitor, not proven",
            email,
            wish.Length <= wishLength ? wish : string.Concat(wish.AsSpan(0, wishLength - 1), "…"),
            asked?.Sequence ?? opening.WishSequence,
            facts,
            [.. state.History.Where(m => m.Author == MessageAuthor.Agent && m.AgentId != by).Select(m => new TriedStep(m.AgentId ?? "agent", m.Citations.Count > 0 ? "answered from the articles" : "replied", Shorten(m.Text), m.CreatedAt))],
            wish.Length <= wishLength ? wish : string.Concat(wish.AsSpan(0, wishLength - 1), "…"),
            email is null ? "Answer here in the conversation; no address is known." : $"Answer here and to {email}.");
    }

    /// <summary>The words with which the conversation is given to people, by the card of whoever does it for the whole desk.</summary>
    /// <param name="card">The card of <see cref="DeskAgents.HumanHandoff"/>, in the customer's language.</param>
    /// <param name="reason">Why, as a code.</param>
    /// <param name="file">What they need to know.</param>
    public static Reply Said(AgentCard card, string reason, CaseFile file)
    {
        string where = file.ReplyEmail is { } email ? card.Say("where-email", new { Email = email }) : card.Say("where-here");
        return new Reply
        {
            Status = ReplyStatus.HandedOff,
            Sentences = [new ReplySentence(card.Say(reason.Replace('_', '-'), new { Where = where }), [])],
            Confidence = 1,
            Reason = reason,
            Handoff = new HandoffRequest(reason, "support", Priority.Normal, file),
        };
    }

    private static string Shorten(string text) => text.Length <= 140 ? text : string.Concat(text.AsSpan(0, 139), "…");
}
