using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Storage.Transfer;

namespace Switchboard.Server.Tests.Replay;

/// <summary>
/// Files of stored journals, one for each form in which a version of the program wrote them: turns, and dialogues parked at each of their steps, with the rows
/// they belong to. A file is the export of a tenant as readable JSON. To add the file of the version at hand, run the tests of <c>StoredJournalTests</c> with
/// <c>SWITCHBOARD_JOURNAL_FILE</c> set to a new path in the folder <c>Journals</c>; files are never changed afterwards.
/// </summary>
internal static class JournalFiles
{
    // Events are told to those who watch; no replay reads them.
    private static readonly string[] leftOut = ["run_event.jsonl"];

    /// <summary>The people of the file and where their dialogues stand; the key is the name of the customer.</summary>
    public static readonly IReadOnlyList<(string Customer, decimal[] Paid, string[] Says)> Parked =
    [
        ("offered", [90, 90], ["I want my money back"]),
        ("offered-again", [90, 90], ["I want my money back", "hm"]),
        ("which", [90, 55], ["I want my money back"]),
        ("which-again", [90, 55], ["I want my money back", "hm"]),
        ("approval", [540, 540], ["I want my money back", "yes"]),
        ("digressed", [90, 90], ["I want my money back", "When does the harbour office open?"]),
        ("performed", [90, 90], ["I want my money back", "yes"]),
        ("kept", [90, 90], ["I want my money back", "no"]),
    ];

    private static readonly string[][] visitors =
    [
        ["When does the harbour office open?", "thanks!"],
        ["Which aquarium fish tolerate brackish water?", "Who painted the ceiling of the Sistine chapel?"],
        ["Talk to a human"],
        ["Talk to a human", "ada@example.com", "hello"],
        ["Hallo, wie geht es Ihnen heute?", "hello"],
        ["I want my money back"],
    ];

    /// <summary>Plays the talks in a tenant that has two articles and gives the file.</summary>
    public static async Task<string> WriteAsync(IServiceProvider services, Guid tenantId)
    {
        var talks = new Talks(services, tenantId);
        foreach (string[] says in visitors) await talks.PlayAsync(null, says);
        foreach ((string customer, decimal[] paid, string[] says) in Parked)
        {
            Contact contact = await talks.AddCustomerAsync(customer, paid);
            await talks.PlayAsync(contact, says);
        }

        using var zipped = new MemoryStream();
        await services.GetRequiredService<TenantExport>().WriteAsync(tenantId, zipped, null, default);
        return ToJson(zipped);
    }

    /// <summary>Loads a file into an empty tenant.</summary>
    public static async Task LoadAsync(IServiceProvider services, Guid tenantId, string json)
    {
        using MemoryStream zipped = ToZip(json);
        await services.GetRequiredService<TenantImport>().ImportAsync(new SystemActor(tenantId, "test"), zipped, dryRun: false, default);
    }

    private static string ToJson(Stream zipped)
    {
        zipped.Position = 0;
        using var zip = new ZipArchive(zipped, ZipArchiveMode.Read, leaveOpen: true);
        var text = new StringBuilder("{\n\"manifest\":").Append(JsonNode.Parse(Read(zip, ArchiveManifest.FileName))!.ToJsonString()).Append(",\n\"files\":{");
        string separator = "\n";
        foreach (ZipArchiveEntry entry in zip.Entries.Where(e => e.FullName != ArchiveManifest.FileName && !leftOut.Contains(e.FullName)).OrderBy(e => e.FullName, StringComparer.Ordinal))
        {
            string[] rows = Read(zip, entry.FullName).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (rows.Length == 0) continue;
            text.Append(separator).Append('"').Append(entry.FullName).Append("\":[\n").Append(string.Join(",\n", rows)).Append(']');
            separator = ",\n";
        }

        return text.Append("\n}\n}\n").ToString();
    }

    private static MemoryStream ToZip(string json)
    {
        JsonObject file = JsonNode.Parse(json)!.AsObject();
        JsonObject manifest = file["manifest"]!.AsObject(), files = file["files"]!.AsObject();
        var zipped = new MemoryStream();
        using (var zip = new ZipArchive(zipped, ZipArchiveMode.Create, leaveOpen: true))
        {
            JsonNode[] entities = [.. manifest["entities"]!.AsArray().Where(e => files.ContainsKey(e!["file"]!.GetValue<string>()))!];
            foreach (JsonNode entity in entities)
            {
                string name = entity["file"]!.GetValue<string>();
                byte[] rows = Encoding.UTF8.GetBytes(string.Concat(files[name]!.AsArray().Select(r => r!.ToJsonString() + "\n")));
                entity["sha256"] = Convert.ToHexStringLower(SHA256.HashData(rows));
                using Stream to = zip.CreateEntry(name).Open();
                to.Write(rows);
            }

            manifest["entities"] = new JsonArray([.. entities.Select(e => e.DeepClone())]);
            using Stream head = zip.CreateEntry(ArchiveManifest.FileName).Open();
            head.Write(Encoding.UTF8.GetBytes(manifest.ToJsonString()));
        }

        zipped.Position = 0;
        return zipped;
    }

    private static string Read(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
