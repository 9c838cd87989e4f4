using System.CommandLine;
using Switchboard.Core;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api;
using Switchboard.Server.Api.Users;

namespace Switchboard.Server.Cli;

/// <summary>user create, reset-password, remove-second-factor.</summary>
public sealed class UserCommands(BindAction bind)
{
    private const string path = "/api/v1/users";

    private readonly Option<string> email = new("--email") { Description = "The mail address", Required = true };
    private readonly Option<string> name = new("--name") { Description = "What colleagues see", Required = true };
    private readonly Option<Role> role = new("--role") { Description = "What the person may do", DefaultValueFactory = _ => Role.Support };

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var create = new Command("create", "Invite somebody to the staff; the link to set a password is mailed, and shown once") { email, name, role };
        create.SetAction(bind(CreateAsync));
        var reset = new Command("reset-password", "Give somebody a link to set a new password; it is mailed, and shown once") { email };
        reset.SetAction(bind(ResetAsync));
        var unlock = new Command("remove-second-factor", "Take the second factor from somebody who has lost the device and the recovery codes") { email };
        unlock.SetAction(bind(UnlockAsync));
        return new Command("user", "Members of a tenant's staff") { create, reset, unlock };
    }

    private async Task CreateAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        var body = new ManageUsers.NewBody(parsed.GetValue(email), parsed.GetValue(name), parsed.GetValue(role), null, null, null);
        Print(globals, desk, "invitation", await DeskConnection.ReadAsync<ManageUsers.OpenedView>(await desk.Http.PostAsJsonAsync($"{path}/invite", body, Json.Options, cancellationToken), cancellationToken));
    }

    private async Task ResetAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        UserView user = await FindAsync(parsed, desk, cancellationToken);
        Print(globals, desk, "reset", await DeskConnection.ReadAsync<ManageUsers.OpenedView>(await desk.Http.PostAsync($"{path}/{user.Id}/reset-password", null, cancellationToken), cancellationToken));
    }

    private async Task UnlockAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        UserView user = await FindAsync(parsed, desk, cancellationToken);
        UserView changed = await DeskConnection.ReadAsync<UserView>(await desk.Http.PostAsync($"{path}/{user.Id}/remove-second-factor", null, cancellationToken), cancellationToken);
        globals.Terminal.Result(changed, _ => globals.Terminal.Line($"{changed.Email} has no second factor any more, and is signed out everywhere."));
    }

    private async Task<UserView> FindAsync(ParseResult parsed, DeskConnection desk, CancellationToken cancellationToken)
    {
        string address = parsed.GetValue(email)!.Trim().ToLowerInvariant();
        Page<UserView> found = await DeskConnection.ReadAsync<Page<UserView>>(await desk.Http.GetAsync($"{path}?limit=100&q={Uri.EscapeDataString(address)}", cancellationToken), cancellationToken);
        return found.Items.FirstOrDefault(u => u.Email == address) ?? throw new CommandException($"Nobody of the staff has the address {address}.");
    }

    private static void Print(Globals globals, DeskConnection desk, string page, ManageUsers.OpenedView opened)
    {
        // A server of the command's own has no address that a browser could open.
        string link = $"{(desk.IsOwn ? "" : desk.Http.BaseAddress!.ToString().TrimEnd('/'))}/account.html#{page}={opened.Token}";
        globals.Terminal.Result(new { opened.User.Id, opened.User.Email, opened.User.Role, opened.MailSent, opened.ExpiresAt, link }, _ =>
        {
            globals.Terminal.Line(link);
            globals.Terminal.Line($"{opened.User.Email}, {opened.User.Role.ToString().ToLowerInvariant()}: open it at the desk's address by {opened.ExpiresAt:yyyy-MM-dd HH:mm}Z. It works once and is shown this once{(opened.MailSent ? "; a mail brings it too" : "")}.");
        });
    }
}
