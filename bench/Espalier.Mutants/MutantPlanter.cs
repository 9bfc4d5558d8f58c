using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Espalier.Mutants;

/// <summary>
/// Rewrites a file so that it holds all of its mutants, each behind a switch: <c>(MutantSwitch.Is(7) ? a - b : a + b)</c>. What a mutant
/// says in its branch is the original but for the one mistake, so that the file grows by its depth and not without limit.
/// </summary>
/// <remarks>Constants, patterns, attributes and static fields stay as they are: a switch cannot reach them.</remarks>
/// <param name="file">The file's path.</param>
/// <param name="dropped">Numbers of mutants that do not compile.</param>
/// <param name="mutants">Receives the others; numbers go on from those that are there.</param>
/// <param name="next">The next number.</param>
internal sealed class MutantPlanter(string file, IReadOnlySet<int> dropped, List<Mutant> mutants, int next) : CSharpSyntaxRewriter
{
    private static readonly Dictionary<SyntaxKind, SyntaxKind[]> Operators = new()
    {
        [SyntaxKind.AddExpression] = [SyntaxKind.SubtractExpression],
        [SyntaxKind.SubtractExpression] = [SyntaxKind.AddExpression],
        [SyntaxKind.MultiplyExpression] = [SyntaxKind.DivideExpression],
        [SyntaxKind.DivideExpression] = [SyntaxKind.MultiplyExpression],
        [SyntaxKind.ModuloExpression] = [SyntaxKind.MultiplyExpression],
        [SyntaxKind.LessThanExpression] = [SyntaxKind.LessThanOrEqualExpression, SyntaxKind.GreaterThanExpression],
        [SyntaxKind.LessThanOrEqualExpression] = [SyntaxKind.LessThanExpression, SyntaxKind.GreaterThanExpression],
        [SyntaxKind.GreaterThanExpression] = [SyntaxKind.GreaterThanOrEqualExpression, SyntaxKind.LessThanExpression],
        [SyntaxKind.GreaterThanOrEqualExpression] = [SyntaxKind.GreaterThanExpression, SyntaxKind.LessThanExpression],
        [SyntaxKind.EqualsExpression] = [SyntaxKind.NotEqualsExpression],
        [SyntaxKind.NotEqualsExpression] = [SyntaxKind.EqualsExpression],
        [SyntaxKind.LogicalAndExpression] = [SyntaxKind.LogicalOrExpression],
        [SyntaxKind.LogicalOrExpression] = [SyntaxKind.LogicalAndExpression],
        [SyntaxKind.BitwiseAndExpression] = [SyntaxKind.BitwiseOrExpression],
        [SyntaxKind.BitwiseOrExpression] = [SyntaxKind.BitwiseAndExpression],
        [SyntaxKind.ExclusiveOrExpression] = [SyntaxKind.BitwiseAndExpression],
        [SyntaxKind.LeftShiftExpression] = [SyntaxKind.RightShiftExpression],
        [SyntaxKind.RightShiftExpression] = [SyntaxKind.LeftShiftExpression],
    };

    private static readonly Dictionary<SyntaxKind, SyntaxKind> Assignments = new()
    {
        [SyntaxKind.AddAssignmentExpression] = SyntaxKind.SubtractAssignmentExpression,
        [SyntaxKind.SubtractAssignmentExpression] = SyntaxKind.AddAssignmentExpression,
        [SyntaxKind.MultiplyAssignmentExpression] = SyntaxKind.DivideAssignmentExpression,
        [SyntaxKind.DivideAssignmentExpression] = SyntaxKind.MultiplyAssignmentExpression,
        [SyntaxKind.OrAssignmentExpression] = SyntaxKind.AndAssignmentExpression,
        [SyntaxKind.AndAssignmentExpression] = SyntaxKind.OrAssignmentExpression,
    };

    private static readonly Dictionary<string, string> Methods = new()
    {
        ["Min"] = "Max",
        ["Max"] = "Min",
        ["Any"] = "All",
        ["All"] = "Any",
        ["Floor"] = "Ceiling",
        ["Ceiling"] = "Floor",
    };

    /// <summary>The number after the last mutant's.</summary>
    public int Next { get; private set; } = next;

    public override SyntaxNode? VisitAttributeList(AttributeListSyntax node) => node;

    public override SyntaxNode? VisitParameterList(ParameterListSyntax node) => node;

    public override SyntaxNode? VisitConstantPattern(ConstantPatternSyntax node) => node;

    public override SyntaxNode? VisitRelationalPattern(RelationalPatternSyntax node) => node;

    public override SyntaxNode? VisitCaseSwitchLabel(CaseSwitchLabelSyntax node) => node;

    public override SyntaxNode? VisitFieldDeclaration(FieldDeclarationSyntax node) =>
        node.Modifiers.Any(SyntaxKind.ConstKeyword) || node.Modifiers.Any(SyntaxKind.StaticKeyword)
            ? node : base.VisitFieldDeclaration(node);

    public override SyntaxNode? VisitLocalDeclarationStatement(LocalDeclarationStatementSyntax node) =>
        node.IsConst ? node : base.VisitLocalDeclarationStatement(node);

    public override SyntaxNode? VisitPropertyDeclaration(PropertyDeclarationSyntax node) =>
        node.Modifiers.Any(SyntaxKind.StaticKeyword) && node.Initializer is not null ? node : base.VisitPropertyDeclaration(node);

    public override SyntaxNode? VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        var visited = (ExpressionSyntax)base.VisitBinaryExpression(node)!;
        if (!Operators.TryGetValue(node.Kind(), out var kinds) || IsText(node.Left) || IsText(node.Right)) return visited;
        return kinds.Aggregate(visited, (inner, kind) => Switch(node, BinaryExpression(kind, node.Left, node.Right), inner));
    }

    public override SyntaxNode? VisitPrefixUnaryExpression(PrefixUnaryExpressionSyntax node)
    {
        var visited = (ExpressionSyntax)base.VisitPrefixUnaryExpression(node)!;
        if (Step(node.Kind()) is { } kind) return Switch(node, PrefixUnaryExpression(kind, node.Operand), visited);
        return node.Kind() is SyntaxKind.UnaryMinusExpression or SyntaxKind.LogicalNotExpression or SyntaxKind.BitwiseNotExpression
            ? Switch(node, node.Operand, visited) : visited;
    }

    public override SyntaxNode? VisitPostfixUnaryExpression(PostfixUnaryExpressionSyntax node) => Step(node.Kind()) is { } kind
        ? Switch(node, PostfixUnaryExpression(kind, node.Operand), node) : base.VisitPostfixUnaryExpression(node);

    public override SyntaxNode? VisitAssignmentExpression(AssignmentExpressionSyntax node)
    {
        var visited = (ExpressionSyntax)base.VisitAssignmentExpression(node)!;
        return Assignments.TryGetValue(node.Kind(), out var kind)
            ? Switch(node, AssignmentExpression(kind, node.Left, node.Right), visited) : visited;
    }

    public override SyntaxNode? VisitLiteralExpression(LiteralExpressionSyntax node) => (node.Kind(), node.Token.Value) switch
    {
        (SyntaxKind.TrueLiteralExpression, _) => Switch(node, LiteralExpression(SyntaxKind.FalseLiteralExpression), node),
        (SyntaxKind.FalseLiteralExpression, _) => Switch(node, LiteralExpression(SyntaxKind.TrueLiteralExpression), node),
        (SyntaxKind.StringLiteralExpression, string { Length: > 0 }) => Switch(node, ParseExpression("\"\""), node),
        (SyntaxKind.NumericLiteralExpression, 0) => Switch(node, ParseExpression("1"), node),
        (SyntaxKind.NumericLiteralExpression, _) => Switch(node, ParseExpression($"{node} - 1"),
            Switch(node, ParseExpression($"{node} + 1"), node)),
        _ => node,
    };

    public override SyntaxNode? VisitInterpolatedStringExpression(InterpolatedStringExpressionSyntax node) =>
        Switch(node, ParseExpression("\"\""), (ExpressionSyntax)base.VisitInterpolatedStringExpression(node)!);

    public override SyntaxNode? VisitInvocationExpression(InvocationExpressionSyntax node)
    {
        if (node.Expression is IdentifierNameSyntax { Identifier.Text: "nameof" }) return node;
        var visited = (ExpressionSyntax)base.VisitInvocationExpression(node)!;
        if (node.Expression is not MemberAccessExpressionSyntax { Name: IdentifierNameSyntax name } access
            || !Methods.TryGetValue(name.Identifier.Text, out var other))
            return visited;
        return Switch(node, node.WithExpression(access.WithName(IdentifierName(other))), visited);
    }

    public override SyntaxNode? VisitIfStatement(IfStatementSyntax node)
    {
        var visited = (IfStatementSyntax)base.VisitIfStatement(node)!;
        return node.Condition is BinaryExpressionSyntax or PrefixUnaryExpressionSyntax
            ? visited : visited.WithCondition(Switch(node.Condition, Not(node.Condition), visited.Condition));
    }

    public override SyntaxNode? VisitReturnStatement(ReturnStatementSyntax node)
    {
        var visited = (ReturnStatementSyntax)base.VisitReturnStatement(node)!;
        return node.Expression is null ? visited : visited.WithExpression(Default(node.Expression, visited.Expression!));
    }

    public override SyntaxNode? VisitArrowExpressionClause(ArrowExpressionClauseSyntax node)
    {
        var visited = (ArrowExpressionClauseSyntax)base.VisitArrowExpressionClause(node)!;
        return visited.WithExpression(Default(node.Expression, visited.Expression));
    }

    public override SyntaxNode? VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        var visited = (ExpressionStatementSyntax)base.VisitExpressionStatement(node)!;

        // A choice between two steps is no statement by itself.
        if (visited.Expression is ParenthesizedExpressionSyntax) visited = visited.WithExpression(Discard(visited.Expression));
        return Remove(node, visited);
    }

    public override SyntaxNode? VisitForStatement(ForStatementSyntax node)
    {
        var visited = (ForStatementSyntax)base.VisitForStatement(node)!;
        return visited.WithIncrementors(SeparatedList(visited.Incrementors.Select(step =>
            step is ParenthesizedExpressionSyntax ? Discard(step) : step)));
    }

    public override SyntaxNode? VisitBreakStatement(BreakStatementSyntax node) => Remove(node, node);

    public override SyntaxNode? VisitContinueStatement(ContinueStatementSyntax node) => Remove(node, node);

    public override SyntaxNode? VisitThrowStatement(ThrowStatementSyntax node) =>
        Remove(node, (StatementSyntax)base.VisitThrowStatement(node)!);

    private static AssignmentExpressionSyntax Discard(ExpressionSyntax expression) =>
        AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, IdentifierName("_"), expression);

    private static PrefixUnaryExpressionSyntax Not(ExpressionSyntax expression) =>
        PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, ParenthesizedExpression(expression));

    private static SyntaxKind? Step(SyntaxKind kind) => kind switch
    {
        SyntaxKind.PostIncrementExpression => SyntaxKind.PostDecrementExpression,
        SyntaxKind.PostDecrementExpression => SyntaxKind.PostIncrementExpression,
        SyntaxKind.PreIncrementExpression => SyntaxKind.PreDecrementExpression,
        SyntaxKind.PreDecrementExpression => SyntaxKind.PreIncrementExpression,
        _ => null,
    };

    private static bool IsText(ExpressionSyntax node) =>
        node is InterpolatedStringExpressionSyntax || node.IsKind(SyntaxKind.StringLiteralExpression);

    // Two branches cannot declare one variable.
    private static bool Declares(SyntaxNode node) => node.DescendantNodesAndSelf().Any(inner => inner is VariableDesignationSyntax);

    private static ExpressionSyntax Condition(int number) => ParseExpression($"global::MutantSwitch.Is({number})");

    private ExpressionSyntax Default(ExpressionSyntax original, ExpressionSyntax visited) =>
        original is LiteralExpressionSyntax or ThrowExpressionSyntax or RefExpressionSyntax or AssignmentExpressionSyntax
            ? visited : Switch(original, ParseExpression("default"), visited);

    private ExpressionSyntax Switch(ExpressionSyntax original, ExpressionSyntax replacement, ExpressionSyntax otherwise)
    {
        if (Declares(original) || Plant(original, replacement.NormalizeWhitespace().ToString()) is not { } number) return otherwise;
        return ParenthesizedExpression(ConditionalExpression(Condition(number),
            ParenthesizedExpression(replacement.WithoutTrivia()), ParenthesizedExpression(otherwise.WithoutTrivia())))
            .NormalizeWhitespace().WithTriviaFrom(original);
    }

    private StatementSyntax Remove(StatementSyntax original, StatementSyntax visited)
    {
        if (Declares(original) || Plant(original, "nothing") is not { } number) return visited;

        // In a block of its own, so that no else that follows becomes the switch's.
        return Block(IfStatement(Not(Condition(number)), Block(visited.WithoutTrivia()))).NormalizeWhitespace().WithTriviaFrom(original);
    }

    private int? Plant(SyntaxNode original, string replacement)
    {
        var number = Next++;
        if (dropped.Contains(number)) return null;
        mutants.Add(new Mutant(number, file, original.GetLocation().GetLineSpan().StartLinePosition.Line + 1, original.ToString(),
            replacement));
        return number;
    }
}
