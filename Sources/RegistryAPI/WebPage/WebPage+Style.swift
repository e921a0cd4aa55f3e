extension WebPage {
  /// The page's look: one set of colours for light and one for dark, as the reader's system has it.
  static let style = #"""
    :root {
      color-scheme: light dark;
      --ground: light-dark(#f6f7f9, #14171c); --card: light-dark(#ffffff, #1d2128); --line: light-dark(#dde1e7, #323843);
      --text: light-dark(#1a2029, #e4e8ee); --faint: light-dark(#5d6877, #97a2b2); --accent: light-dark(#0b62c4, #6cb0ff);
      --good: light-dark(#17803d, #4cc87a); --bad: light-dark(#c02b2b, #ff7b72); --wait: light-dark(#9a6700, #e0b040);
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
    header { display: flex; flex-wrap: wrap; gap: 8px 28px; align-items: center; padding: 12px 20px;
      background: var(--card); border-bottom: 1px solid var(--line); }
    h1 { font-size: 18px; margin: 0; } h2 { font-size: 15px; margin: 0 0 10px; }
    main { display: grid; grid-template-columns: minmax(0, 3fr) minmax(300px, 2fr); gap: 16px; padding: 16px 20px; }
    @media (max-width: 900px) { main { grid-template-columns: minmax(0, 1fr); } }
    section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 14px; margin-bottom: 16px;
      overflow-x: auto; }
    .figure b { font-size: 18px; font-variant-numeric: tabular-nums; } .figure span { color: var(--faint); margin-left: 5px; }
    #link { margin-left: auto; color: var(--faint); } #link.lost { color: var(--bad); }
    form { display: flex; gap: 8px; margin-bottom: 10px; flex-wrap: wrap; }
    input, select, button { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line);
      border-radius: 6px; padding: 5px 9px; }
    input { flex: 1 1 160px; min-width: 0; } button { background: var(--accent); color: var(--card); border: 0; cursor: pointer; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
    table { border-collapse: collapse; width: 100%; }
    th { text-align: left; color: var(--faint); font-weight: 500; white-space: nowrap; }
    th, td { padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    tbody tr.service { cursor: pointer; } tbody tr.service:hover td, tr.chosen td { color: var(--accent); }
    td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
    .mono, pre { font: 12.5px/1.5 ui-monospace, monospace; }
    pre { margin: 0; max-height: 420px; overflow: auto; }
    .good::before, .bad::before, .wait::before { content: "●"; margin-right: 6px; }
    .good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); }
    .faint { color: var(--faint); }
    canvas { width: 100%; height: 90px; display: block; margin-top: 8px; }
    """#
}
