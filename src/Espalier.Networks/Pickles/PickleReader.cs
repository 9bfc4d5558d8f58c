using System.Buffers.Binary;
using System.Text;

namespace Espalier.Networks;

/// <summary>
/// Reads a pickle as data. Where Python would import and call, this keeps a name from <see cref="PickleAllowList"/> and builds inert
/// records, so that a file can execute nothing. Each instruction is at least a byte, and none makes more than it was given in bytes.
/// </summary>
internal sealed class PickleReader(ReadOnlyMemory<byte> bytes, string source)
{
    private static readonly object Mark = new();

    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _position;

    /// <summary>The pickled value.</summary>
    /// <exception cref="WeightsException">The pickle is damaged, or mentions what is not allowed.</exception>
    public object? Read()
    {
        try
        {
            for (var code = (char)Byte(); code != '.'; code = (char)Byte()) Execute(code);
            return Pop();
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or OverflowException or ArgumentException)
        {
            throw Damaged("it ends or counts wrongly", exception);
        }
    }

    private void Execute(char code)
    {
        if (PickleScalars.TryRead(code, Take, out var scalar))
        {
            _stack.Add(scalar);
            return;
        }

        switch (code)
        {
            case '\x80':
                if (Byte() is var protocol and > 5) throw Damaged($"it has protocol {protocol}");
                break;
            case '\x95':
                Take(8); // A frame's length: only a hint for buffering.
                break;
            case '(':
                _stack.Add(Mark);
                break;
            case '0':
                Pop();
                break;
            case '1':
                PopToMark();
                break;
            case '2':
                _stack.Add(Peek());
                break;
            case 'c':
                _stack.Add(Allowed(Line(), Line()));
                break;
            case '\x93':
                var name = Pop() as string;
                _stack.Add(Allowed(Pop() as string ?? "", name ?? ""));
                break;
            default:
                ExecuteOnStack(code);
                break;
        }
    }

    private void ExecuteOnStack(char code)
    {
        switch (code)
        {
            case ')':
                _stack.Add(new PickleTuple([]));
                break;
            case 't':
                _stack.Add(new PickleTuple(PopToMark()));
                break;
            case '\x85' or '\x86' or '\x87':
                _stack.Add(new PickleTuple(PopMany(code - '\x84')));
                break;
            case ']' or '\x8f':
                _stack.Add(new PickleList());
                break;
            case 'l':
                _stack.Add(Filled(PopToMark()));
                break;
            case 'a':
                var item = Pop();
                Top<PickleList>().Items.Add(item);
                break;
            case 'e' or '\x90':
                var items = PopToMark();
                Top<PickleList>().Items.AddRange(items);
                break;
            case '}':
                _stack.Add(new PickleMap());
                break;
            case 'd':
                var filled = new PickleMap();
                Set(filled, PopToMark());
                _stack.Add(filled);
                break;
            case 's':
                Set(PopMany(2));
                break;
            case 'u':
                Set(PopToMark());
                break;
            default:
                ExecuteObject(code);
                break;
        }
    }

    private void ExecuteObject(char code)
    {
        switch (code)
        {
            case 'q':
                _memo[Byte()] = Peek();
                break;
            case 'r':
                _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek();
                break;
            case '\x94':
                _memo[_memo.Count] = Peek();
                break;
            case 'h':
                _stack.Add(Remembered(Byte()));
                break;
            case 'j':
                _stack.Add(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case 'Q':
                _stack.Add(PickleBuilder.Storage(Pop()) ?? throw Damaged("it refers to something that is no storage"));
                break;
            case 'R' or '\x81':
                var arguments = Pop();
                var name = Pop() as PickleName ?? throw Damaged("it calls something that has no name");
                _stack.Add(PickleBuilder.Make(name, arguments) ?? throw Damaged($"it calls {name} in an unknown way"));
                break;
            case 'b':
                var state = Pop();
                PickleBuilder.SetState(Peek(), state);
                break;
            default:
                throw Damaged($"it holds the unknown instruction 0x{(int)code:x2} at byte {_position - 1}");
        }
    }

    private PickleName Allowed(string module, string name)
    {
        var asked = new PickleName(module, name);
        return PickleAllowList.Allows(asked)
            ? asked
            : throw new WeightsException(module.StartsWith("ultralytics.", StringComparison.Ordinal)
                ? $"{source} is a model of the ultralytics package (YOLOv8 or later), not a YOLOv5: "
                    + "it can be neither trained nor pruned here; export it to ONNX to predict with it."
                : $"{source} asks for '{Printable(asked.ToString())}', which no YOLOv5 checkpoint needs; it is refused."
                    + (name == "getattr" ? " A model that was saved after fuse() does so: take the best.pt that training wrote." : ""));
    }

    private static string Printable(string text)
        => new([.. text.Take(100).Select(letter => char.IsControl(letter) ? '?' : letter)]);

    private void Set(List<object?> pairs) => Set(Top<object>(), pairs);

    private void Set(object target, List<object?> pairs)
    {
        // Some classes of the original derive from dict; their records take no entries, and none is needed.
        if (target is not PickleMap map) return;
        if (pairs.Count % 2 != 0) throw Damaged("a key has no value");
        for (var i = 0; i < pairs.Count; i += 2) map.Entries.Add(KeyValuePair.Create(pairs[i], pairs[i + 1]));
    }

    private static PickleList Filled(List<object?> items)
    {
        var list = new PickleList();
        list.Items.AddRange(items);
        return list;
    }

    private object? Remembered(long key) => _memo.TryGetValue(key, out var value)
        ? value
        : throw Damaged($"it recalls entry {key}, which it never stored");

    private object? Peek() => _stack.Count > 0 && _stack[^1] != Mark ? _stack[^1] : throw Damaged("its stack is empty");

    private T Top<T>()
        where T : class
        => Peek() as T ?? throw Damaged("it adds to something that holds nothing");

    private object? Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private List<object?> PopMany(int count)
    {
        var items = new List<object?>(count);
        for (var i = 0; i < count; i++) items.Add(Pop());
        items.Reverse();
        return items;
    }

    private List<object?> PopToMark()
    {
        var mark = _stack.LastIndexOf(Mark);
        if (mark < 0) throw Damaged("a mark is missing");
        var items = _stack.GetRange(mark + 1, _stack.Count - mark - 1);
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - _position) throw Damaged("it ends in the middle");
        var taken = bytes.Span.Slice(_position, count);
        _position += count;
        return taken;
    }

    private string Line()
    {
        var length = bytes.Span[_position..].IndexOf((byte)'\n');
        if (length < 0) throw Damaged("it ends in the middle");
        var line = Encoding.UTF8.GetString(Take(length));
        Take(1);
        return line;
    }

    private WeightsException Damaged(string reason, Exception? inner = null)
        => new($"{source} is damaged or no PyTorch checkpoint: in its pickle, {reason}.", inner!);
}
