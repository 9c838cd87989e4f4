using Switchboard.Core.Runs;
using Switchboard.Domain.Support;

namespace Switchboard.Server.Tests.Replay;

/// <summary>Rows that cannot be changed, as altered copies.</summary>
internal static class Altered
{
    public static Message WithText(this Message message, string text) => Copy(message, text, message.Citations);

    public static Message WithCitations(this Message message, IReadOnlyList<Citation> citations) => Copy(message, message.Text, citations);

    public static Run WithResult(this Run run, string result) => new()
    {
        TenantId = run.TenantId,
        Id = run.Id,
        Kind = run.Kind,
        Subject = run.Subject,
        Ordinal = run.Ordinal,
        Status = run.Status,
        Input = run.Input,
        Result = result,
        Version = run.Version,
        Attempts = run.Attempts,
        CreatedAt = run.CreatedAt,
        FinishedAt = run.FinishedAt,
    };

    private static Message Copy(Message message, string text, IReadOnlyList<Citation> citations) => new()
    {
        TenantId = message.TenantId,
        Id = message.Id,
        ConversationId = message.ConversationId,
        Sequence = message.Sequence,
        Author = message.Author,
        AgentId = message.AgentId,
        Text = text,
        Citations = citations,
        Status = message.Status,
        Confidence = message.Confidence,
        RunId = message.RunId,
        CreatedAt = message.CreatedAt,
    };
}
