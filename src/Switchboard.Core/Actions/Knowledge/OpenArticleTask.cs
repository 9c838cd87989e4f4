using System.Text.Json.Serialization;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Actions.Knowledge;

/// <summary>What a task about an article came to.</summary>
/// <param name="TicketId">The task.</param>
/// <param name="IsNew">Whether it is new.</param>
/// <param name="IsOpen">Whether it needs work.</param>
public sealed record ArticleTask(Guid TicketId, bool IsNew, bool IsOpen);

/// <summary>Opens the one task there is about an article, or brings it up to date.</summary>
/// <param name="TicketId">Its id, which follows from the article.</param>
/// <param name="ArticleId">The article.</param>
/// <param name="Title">What is to be done.</param>
/// <param name="Description">Why.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="OwnerId">Who should do it; null when nobody keeps the article.</param>
public sealed record OpenArticleTask(Guid TicketId, Guid ArticleId, string Title, string Description, Severity Severity, Guid? OwnerId) : DeskAction<ArticleTask>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "ticket.create";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => Scopes.WriteKnowledge;

    /// <inheritdoc />
    protected override Reversal UndoOf(ArticleTask result) => Reversal.None("The task stays until its reasons are gone; the next look closes it then.");

    /// <inheritdoc />
    protected override ActionVerdict<ArticleTask> Apply(IActionRows rows)
    {
        if (rows.Find<KbArticle>(ArticleId) is null) return Refuse(new Clause("article_not_found", "There is no such article."));
        var clause = new Clause("kb.task", "An article has one open task, which says all that is wrong with it.");
        if (rows.Find<Ticket>(TicketId) is { } known)
        {
            (known.Title, known.Description, known.Severity) = (Title, Description, Severity);
            if (!known.IsOpen) known.MoveTo(TicketStatus.Open, rows.Now);
            return Done(new ArticleTask(known.Id, IsNew: false, IsOpen: true), clause);
        }

        rows.Add(new Ticket
        {
            TenantId = rows.Actor.TenantId,
            Id = TicketId,
            Kind = TicketKind.Task,
            Title = Title,
            Description = Description,
            Severity = Severity,
            Component = "knowledge",
            AssigneeId = OwnerId,
            Links = [new TicketLink("kb_article", ArticleId.ToString("D"))],
            CreatedAt = rows.Now,
        });
        return Done(new ArticleTask(TicketId, IsNew: true, IsOpen: true), clause);
    }
}

/// <summary>Closes the task about an article whose reasons are gone.</summary>
/// <param name="TicketId">The task.</param>
public sealed record CloseArticleTask(Guid TicketId) : DeskAction<ArticleTask>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "ticket.close";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => Scopes.WriteKnowledge;

    /// <inheritdoc />
    protected override Reversal UndoOf(ArticleTask result) => Reversal.None("It is opened again when the reason is found again.");

    /// <inheritdoc />
    protected override ActionVerdict<ArticleTask> Apply(IActionRows rows)
    {
        if (rows.Find<Ticket>(TicketId) is not { } ticket) return Refuse(new Clause("ticket_not_found", "There is no such task."));
        ticket.MoveTo(TicketStatus.Done, rows.Now);
        return Done(new ArticleTask(ticket.Id, IsNew: false, IsOpen: false), new Clause("kb.task", "A task whose reasons are gone is done."));
    }
}
