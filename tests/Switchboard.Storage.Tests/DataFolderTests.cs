using System.Runtime.Versioning;
using Switchboard.Compliance;

namespace Switchboard.Storage.Tests;

public sealed class DataFolderTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public void A_folder_in_use_is_refused_with_the_process_and_address_that_hold_it()
    {
        using DataFolder held = DataFolder.Open(temp["data"]);
        DataFolderException silent = Should.Throw<DataFolderException>(() => DataFolder.Open(temp["data"]));
        silent.Message.ShouldContain("in use by another process");

        held.Announce("http://127.0.0.1:5080", "secret-token");

        DataFolderException busy = Should.Throw<DataFolderException>(() => DataFolder.Open(temp["data"]));
        busy.Message.ShouldContain($"is in use by process {Environment.ProcessId} at http://127.0.0.1:5080");
        busy.Message.ShouldNotContain("secret-token");
        DataFolder.ReadOwner(temp["data"])!.Token.ShouldBe("secret-token");
    }

    [Fact]
    public void A_folder_is_free_again_when_its_holder_ends_and_its_announcement_is_gone()
    {
        using (DataFolder held = DataFolder.Open(temp["data"])) held.Announce("http://x", "t");
        DataFolder.ReadOwner(temp["data"]).ShouldBeNull();
        DataFolder.Open(temp["data"]).Dispose();
    }

    [Fact]
    public void What_a_crashed_server_announced_is_removed_by_the_next_holder()
    {
        Directory.CreateDirectory(temp["data"]);
        File.WriteAllText(Path.Combine(temp["data"], "server.json"), """{"pid":1,"address":"http://x","token":"t","startedAt":"2026-01-01T00:00:00Z"}""");
        DataFolder.ReadOwner(temp["data"])!.Pid.ShouldBe(1);

        using DataFolder held = DataFolder.Open(temp["data"]);

        DataFolder.ReadOwner(temp["data"]).ShouldBeNull();
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_refused_and_left_alone()
    {
        File.WriteAllText(temp["data"], "mine");
        Should.Throw<DataFolderException>(() => DataFolder.Open(temp["data"])).Message.ShouldContain("is a file, not a folder");
        Should.Throw<DataFolderException>(() => DataFolder.Open(temp["data/below"])).Message.ShouldContain("cannot be used");
        File.ReadAllText(temp["data"]).ShouldBe("mine");
    }

    [Fact]
    public void A_place_where_no_folder_can_be_made_is_refused_with_what_to_do()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        Should.Throw<DataFolderException>(() => DataFolder.Open("/proc/switchboard")).Message.ShouldContain("name another");
        Should.Throw<DataFolderException>(() => DataFolder.Open("/proc/self")).Message.ShouldContain("name another");
    }

    [Fact]
    public void A_secret_is_made_once_and_differs_by_name()
    {
        byte[] first;
        using (DataFolder held = DataFolder.Open(temp["data"]))
        {
            first = held.Secret("widget-signing");
            first.Length.ShouldBe(32);
            held.Secret("other").ShouldNotBe(first);
            Should.Throw<ArgumentException>(() => held.Secret("../escape"));
            Should.Throw<ArgumentException>(() => held.Secret(""));
        }

        using DataFolder again = DataFolder.Open(temp["data"]);
        again.Secret("widget-signing").ShouldBe(first);
    }

    [Fact]
    public void A_secret_that_was_cut_short_is_not_used()
    {
        using DataFolder held = DataFolder.Open(temp["data"]);
        held.Secret("key");
        File.WriteAllBytes(Path.Combine(temp["data"], "secrets", "key"), [1, 2, 3]);
        Should.Throw<DataFolderException>(() => held.Secret("key")).Message.ShouldContain("3 bytes instead of 32");
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Folder_secrets_and_announcement_can_be_read_by_their_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        using DataFolder held = DataFolder.Open(temp["data"]);
        held.Secret("key");
        held.Announce("http://x", "t");

        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.GetUnixFileMode(temp["data"]).ShouldBe(file | UnixFileMode.UserExecute);
        File.GetUnixFileMode(temp["data/secrets"]).ShouldBe(file | UnixFileMode.UserExecute);
        File.GetUnixFileMode(temp["data/secrets/key"]).ShouldBe(file);
        File.GetUnixFileMode(temp["data/server.json"]).ShouldBe(file);
        File.GetUnixFileMode(temp["data/switchboard.lock"]).ShouldBe(file);
    }
}
