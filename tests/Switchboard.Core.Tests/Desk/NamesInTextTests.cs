using Switchboard.Core.Desk.Guards;

namespace Switchboard.Core.Tests.Desk;

public sealed class NamesInTextTests
{
    [Fact]
    public void A_name_is_found_however_many_stand_before_it()
    {
        string many = string.Join(", ", Enumerable.Range(0, 200).Select(i => $"Name{(char)('a' + (i / 26))}{(char)('a' + (i % 26))}"));

        NamesInText.Of($"{many} and Kestrelmoor with INV-2026-00042.", "", []).All.ShouldContain("Kestrelmoor");
        NamesInText.Of("Kestrelmoor", "", ["Kestrelmoor Cycles"]).IsEmpty.ShouldBeTrue("who is known is no secret");
    }
}
