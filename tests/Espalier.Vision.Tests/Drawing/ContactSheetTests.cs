using Espalier.Core;

namespace Espalier.Vision.Tests;

public sealed class ContactSheetTests
{
    [Fact]
    public void Pictures_stand_in_rows_with_captions_beneath()
    {
        var cells = Enumerable.Range(0, 5).Select(i => new ContactSheetCell(Picture.Filled(64, 64, 200, 10, 10), $"{i}.png")).ToArray();
        var sheet = ContactSheet.Compose(cells, new ContactSheetOptions { Columns = 3, CellWidth = 64, CellHeight = 64, CaptionScale = 1 });
        Assert.Equal((3 * 70 + 6, 2 * (64 + 15 + 6) + 6), (sheet.Width, sheet.Height));
        Assert.Equal(200, sheet.Row(40)[40 * 3]);
        Assert.Equal(200, sheet.Row(40)[180 * 3]);
        Assert.NotEqual(200, sheet.Row(130)[180 * 3]);
    }

    [Fact]
    public void Layouts_outside_their_ranges_are_refused()
    {
        ContactSheetCell[] cells = [new(new Picture(1, 1), "")];
        Assert.Throws<OptionException>(() => ContactSheet.Compose(cells, new ContactSheetOptions { CellWidth = 5 }));
        Assert.Throws<OptionException>(() => ContactSheet.Compose([.. Enumerable.Repeat(cells[0], 5000)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ContactSheet.Compose([]));
    }
}
