using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Core.Transfer.Reading;

namespace Switchboard.Core.Tests.Transfer;

public sealed class RowReaderTests
{
    [Fact]
    public async Task A_row_has_the_line_of_the_file_it_begins_on_whatever_lies_between()
    {
        List<SourceRow> rows = await ReadAsync("\nname,note\r\nAda,\"one\r\ntwo\r\nthree\"\r\n\r\nBob,\"a \"\"quoted\"\" word, and a comma\"\r\nEve,\r\n");
        rows.Select(r => r.Line).ShouldBe([3, 7, 8]);
        rows[0].Fields["note"].ShouldBe("one\r\ntwo\r\nthree");
        rows[1].Fields["note"].ShouldBe("a \"quoted\" word, and a comma");
        rows[2].Fields["note"].ShouldBeNull();
    }

    [Theory]
    [InlineData("a,b\n1,2\n")]
    [InlineData("a;b\n1;2\n")]
    [InlineData("a\tb\n1\t2\n")]
    [InlineData("\"a\";\"b\"\r\n\"1\";\"2\"")]
    public async Task The_delimiter_is_seen_from_the_header(string text)
    {
        SourceRow row = (await ReadAsync(text)).ShouldHaveSingleItem();
        (row.Fields["a"], row.Fields["b"]).ShouldBe(("1", "2"));
    }

    [Fact]
    public async Task The_encoding_is_seen_from_the_byte_order_mark_and_is_utf_8_without_one()
    {
        const string Text = "name\nŽofie 🧾 Ünal\n";
        foreach (Encoding encoding in new Encoding[] { new UTF8Encoding(true), new UTF8Encoding(false), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true) })
        {
            List<SourceRow> rows = await ReadAsync([.. encoding.GetPreamble(), .. encoding.GetBytes(Text)]);
            rows.ShouldHaveSingleItem().Fields["name"].ShouldBe("Žofie 🧾 Ünal");
            List<SourceRow> json = await ReadAsync([.. encoding.GetPreamble(), .. encoding.GetBytes("[{\"name\":\"Žofie 🧾 Ünal\"}]")]);
            json.ShouldHaveSingleItem().Fields["name"].ShouldBe("Žofie 🧾 Ünal");
        }

        UnreadableFileException latin = await Should.ThrowAsync<UnreadableFileException>(() => ReadAsync(Encoding.Latin1.GetBytes("name\nMüller\n")));
        latin.Message.ShouldContain("UTF-8");
    }

    [Theory]
    [InlineData("[\n{\"a\":1},\n\n{\"a\":2,\n\"b\":{\"c\":\"x]}\"}}]", "2 4")]
    [InlineData("{\"table\":\"things\",\n\"records\":[\n{\"a\":1},{\"a\":2,\"b\":{\"c\":\"x]}\"}}\n]}", "3 3")]
    [InlineData("{\"a\":1}\n\n{\"a\":2,\"b\":{\"c\":\"x]}\"}}\n", "1 3")]
    public async Task Json_is_an_array_an_object_with_records_or_lines(string text, string lines)
    {
        List<SourceRow> rows = await ReadAsync(text);
        string.Join(' ', rows.Select(r => r.Line)).ShouldBe(lines);
        rows.Select(r => r.Fields["a"]).ShouldBe(["1", "2"]);
        rows[1].Fields["b.c"].ShouldBe("x]}");
        SourceFile file = await RowReader.OpenAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), default);
        file.Table.ShouldBe(text.Contains("table") ? "things" : null);
    }

    [Fact]
    public async Task A_broken_row_is_named_and_the_others_are_read()
    {
        List<SourceRow> csv = await ReadAsync("a,b\n1,2\n1,2,3\nx\"y,2\n3,4\n");
        csv.Where(r => r.Problem is not null).Select(r => r.Line).ShouldBe([3, 4]);
        csv.Count.ShouldBe(4);
        List<SourceRow> json = await ReadAsync("{\"a\":1}\n{\"a\":nothing}\n{\"a\":3}\n{\"a\":");
        json.Where(r => r.Problem is not null).Select(r => r.Line).ShouldBe([2, 4]);
        (await ReadAsync("[{\"a\":1}")).Last().Problem.ShouldNotBeNull("an array that is never closed lost something");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a,,b\n1,2,3\n", "without a name")]
    [InlineData("a,A\n1,2\n", "twice")]
    [InlineData("[1,2]", "JSON object")]
    public async Task A_file_that_is_wrong_as_a_whole_is_refused(string text, string because) =>
        (await Should.ThrowAsync<UnreadableFileException>(() => ReadAsync(text))).Message.ShouldContain(because);

    [Fact]
    public void Whatever_stands_in_a_quoted_field_comes_out_as_it_went_in()
    {
        Gen<string> text = Gen.ArrayOf(Gen.Frequency(
            (3, Gen.Elements("\"", ",", ";", "\t", "\n", "\r\n", "\"\"", " ")),
            (3, Gen.Elements("a", "Ü", "字", "🧾", "é", "\u200f")),
            (1, Gen.Choose(1, 0xD7FF).Select(c => ((char)c).ToString())))).Select(string.Concat);
        Prop.ForAll(Gen.ArrayOf(text.Two()).Where(r => r.Length > 0).ToArbitrary(), rows =>
        {
            var file = new StringBuilder("first,second\r\n");
            List<int> lines = [];
            int line = 2;
            foreach ((string a, string b) in rows)
            {
                string record = $"x{a}".Replace("\"", "\"\"") is var quoted ? $"\"{quoted}\",\"{b.Replace("\"", "\"\"")}\"\r\n" : "";
                lines.Add(line);
                line += LineEnds(record);
                file.Append(record);
            }

            List<SourceRow> read = ReadAsync(file.ToString()).GetAwaiter().GetResult();
            read.Select(r => (r.Fields["first"], r.Fields["second"] ?? "", r.Problem)).ShouldBe(rows.Select(r => ((string?)$"x{r.Item1}", r.Item2, (string?)null)));
            read.Select(r => r.Line).ShouldBe(lines);
        }).QuickCheckThrowOnFailure();
    }

    private static int LineEnds(string text)
    {
        int ends = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n'))) ends++;
        }

        return ends;
    }

    private static Task<List<SourceRow>> ReadAsync(string text) => ReadAsync(Encoding.UTF8.GetBytes(text));

    private static async Task<List<SourceRow>> ReadAsync(byte[] bytes)
    {
        SourceFile file = await RowReader.OpenAsync(new Trickle(bytes), default);
        var rows = new List<SourceRow>();
        await foreach (SourceRow row in file.Rows) rows.Add(row);
        return rows;
    }

    /// <summary>Gives few bytes at a time, as a network does.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(7, buffer.Length)], cancellationToken);
    }
}
