using System.CommandLine;
using System.Text.RegularExpressions;
using Switchboard.Core;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Conversations;

namespace Switchboard.Server.Cli;

/// <summary>ask: one question to the desk, answered with citations.</summary>
public sealed partial class AskCommand(BindAction bind)
{
    private readonly Argument<string> question = new("question") { Description = "The question" };
    private readonly Option<string?> customer = new("--customer") { Description = "E-mail address of the contact to ask as", HelpName = "EMAIL" };

    /// <summary>A citation as the command prints it.</summary>
    public sealed record CitationLine(Guid ArticleId, string? ExternalId, string Title, string Quote, string Url);

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command("ask", "Ask the desk one question") { question, customer };
        command.SetAction(bind(RunAsync));
        return command;
    }

    private async Task RunAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        string? email = parsed.GetValue(customer);
        var body = new CreateConversation.Body(parsed.GetValue(question), Channel.Console, null, email is null ? null : new CreateConversation.ContactInput(email, null));
        SentView sent = await DeskConnection.ReadAsync<SentView>(await desk.Http.PostAsJsonAsync("/api/v1/conversations", body, Json.Options, cancellationToken), cancellationToken);
        if (sent.Reply is not { } reply) throw new CommandException($"The desk did not answer in time. The question is kept in conversation {sent.ConversationId}.");

        var document = new
        {
            Answer = reply.Text,
            reply.Status,
            reply.AgentId,
            Citations = reply.Citations.Select(c => new CitationLine(c.ArticleId, c.ExternalId, c.Title, c.Quote, c.Url)),
            reply.Confidence,
            sent.ConversationId,
        };
        globals.Terminal.Result(document, _ =>
        {
            globals.Terminal.Line(reply.Text);
            globals.Terminal.Line(string.Empty);
            foreach (IGrouping<int, Citation> source in reply.Citations.GroupBy(c => c.N))
            {
                globals.Terminal.Line($"[{source.Key}] {source.First().Title}");
                foreach (Citation citation in source) globals.Terminal.Line($"    “{Shorten(citation.Quote)}”");
            }
            globals.Terminal.Line($"{reply.AgentName} · {reply.Status?.ToString().ToLowerInvariant()} · confidence {reply.Confidence:0.00}");
        });
    }

    private static string Shorten(string quote)
    {
        string line = Spaces().Replace(quote, " ").Trim();
        return line.Length <= 160 ? line : string.Concat(line.AsSpan(0, 159), "…");
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
