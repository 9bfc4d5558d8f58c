using System.Text.Json;
using Espalier.Core;

namespace Espalier.Vision.Tests;

/// <summary>What a record declares is what a file must hold.</summary>
public sealed class StoredJsonTests
{
    private static readonly JsonSerializerOptions Format = StoredJson.Format(JsonNamingPolicy.CamelCase);

    public enum Colour
    {
        Red,
        Blue,
    }

    [Fact]
    public void What_was_written_is_read()
    {
        var shelf = new Shelf { Colour = Colour.Blue, Books = [new Book("one", 3), new Book("two", 1) { Price = double.NaN }] };

        var read = StoredJson.Read<Shelf>(JsonSerializer.Serialize(shelf, Format), Format);

        Assert.Equal(shelf.Books, read.Books);
        Assert.Equal(Colour.Blue, read.Colour);
    }

    [Theory]
    [InlineData("null", "it is empty")]
    [InlineData("""{"colour": "red"}""", "books")]
    [InlineData("""{"colour": "green", "books": []}""", "colour")]
    [InlineData("""{"colour": 7, "books": []}""", "colour")]
    [InlineData("""{"colour": "red", "books": null}""", "books")]
    [InlineData("""{"colour": "red", "books": [null]}""", "Shelf.Books holds null")]
    [InlineData("""{"colour": "red", "books": [{"pages": 3}]}""", "title")]
    [InlineData("""{"colour": "red", "books": [{"title": null, "pages": 3}]}""", "title")]
    [InlineData("""{"colour": "red", "books": [{"title": "t", "pages": 0}]}""", "Shelf.Books[0].Pages is 0, and must be from 1 to 10")]
    [InlineData("""{"colour": "red", "books": [{"title": "t", "pages": 11}]}""", "from 1 to 10")]
    [InlineData("""{"colour": "red", "books": [{"title": "t", "pages": 9999999999}]}""", "pages")]
    [InlineData("""{"colour": "red", "books": [{"title": "", "pages": 1}]}""", "a book has a title")]
    [InlineData("""{"colour": "red", "books": [{"title": "a", "pages": 1}, {"title": "b", "pages": 1}, {"title": "c", "pages": 1}]}""",
        "the length of Shelf.Books is 3")]
    public void Anything_else_is_one_exception(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<JsonException>(() => StoredJson.Read<Shelf>(json, Format)).Message, StringComparison.Ordinal);

    private sealed record Shelf
    {
        public required Colour Colour { get; init; }

        [StoredRange(0, 2)]
        public required IReadOnlyList<Book> Books { get; init; }
    }

    private sealed record Book(string Title, [property: StoredRange(1, 10)] int Pages) : IStoredRecord
    {
        public double? Price { get; init; }

        [System.Text.Json.Serialization.JsonIgnore]
        public string? Fault => Title.Length > 0 ? null : "a book has a title";
    }
}
