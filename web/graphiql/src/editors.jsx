import { useEffect } from 'react';
import { pick, useGraphiQL, useMonaco } from '@graphiql/react';
import { examples } from './examples';

// Arabic uses the reader's own fonts, listed before the generic monospace, which
// often squeezes Arabic letters into the width of a Latin one.
const arabicFonts = '"Noto Sans Arabic", "Noto Naskh Arabic", "SF Arabic", "Geeza Pro", "Segoe UI", Tahoma';

const arabicOptions = {
  fontFamily: `"Fira Code", ${arabicFonts}, monospace`,
  fontSize: 14,
  // Room for letters with marks above and below.
  lineHeight: 24,
  wordWrap: 'on',
  // Monaco takes alef, heh and others for lookalikes of Latin letters and would draw
  // a warning box around every Arabic word; ZWNJ and RLM are ordinary characters too.
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false },
};

function useArabic(editor) {
  useEffect(() => editor?.updateOptions(arabicOptions), [editor]);
}

// Sets up the four editors for Arabic. Renders nothing.
export function ArabicEditors() {
  const monaco = useMonaco((state) => state.monaco);
  const editors = useGraphiQL(pick('queryEditor', 'variableEditor', 'headerEditor', 'responseEditor'));
  useArabic(editors.queryEditor);
  useArabic(editors.variableEditor);
  useArabic(editors.headerEditor);
  useArabic(editors.responseEditor);
  useEffect(() => {
    // Monaco measures letters once, often before the font has loaded, and would
    // then draw the cursor next to the wrong letter.
    if (monaco) document.fonts.load('14px "Fira Code"').then(() => monaco.editor.remeasureFonts());
  }, [monaco]);
  return null;
}

// Restores an example's headers when its tab opens without any: GraphiQL does not
// fill them in on the first load, and does not keep headers across reloads, since
// tokens do not belong in localStorage. Renders nothing.
export function ExampleHeaders() {
  const { tabs, activeTabIndex, headerEditor } = useGraphiQL(pick('tabs', 'activeTabIndex', 'headerEditor'));
  const tab = tabs[activeTabIndex];
  useEffect(() => {
    if (!headerEditor || !tab || headerEditor.getValue()) return;
    const example = examples.find(({ query }) => query === tab.query);
    if (example?.headers) headerEditor.setValue(example.headers);
  }, [tab?.id, headerEditor]);
  return null;
}
