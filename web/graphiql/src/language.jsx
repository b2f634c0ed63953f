import { useEffect } from 'react';
import { useGraphiQLActions } from '@graphiql/react';
import { store } from './store';

// The language of the documentation: that of the browser until another is chosen.
const key = 'diwan:documentation';
const ofBrowser = navigator.languages.find((tag) => /^(ar|en)\b/i.test(tag)) ?? 'en';
export const documentation = store(localStorage.getItem(key) ?? ofBrowser.slice(0, 2).toLowerCase());

export function DocumentationLanguage() {
  const { introspect } = useGraphiQLActions();
  const language = documentation.use();
  useEffect(() => {
    document.documentElement.classList.toggle('diwan-arabic', language === 'ar');
  }, [language]);
  const choose = ({ target }) => {
    localStorage.setItem(key, target.value);
    documentation.set(target.value);
    introspect();
  };
  return (
    <select className="diwan-language" value={language} onChange={choose} aria-label="Language of the documentation" title="Language of the documentation">
      <option value="en">English</option>
      <option value="ar" lang="ar">العربية</option>
    </select>
  );
}

// Shows each page of the documentation from its top: GraphiQL would show it from where the
// page before was scrolled to.
export function showPagesFromTheTop() {
  document.addEventListener('click', ({ target }) => {
    if (!target.closest('.graphiql-doc-explorer a')) return;
    const pane = target.closest('.graphiql-plugin');
    requestAnimationFrame(() => pane?.scrollTo(0, 0));
  });
}
