// Writes internal/content/countries.json: the 249 countries of ISO 3166-1 with
// their codes, UN region, names in the three shipped languages, and the other
// names and demonyms curated in aliases.json.
//
// Names come from the CLDR data in Node (Intl.DisplayNames), codes and regions from
// the same CLDR release in the npm package cldr-core. Run it with `make countries`;
// the result is committed, so building Diwan needs no Node. The data is under the
// Unicode licence (LICENSE-UNICODE).

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const languages = ["ar", "en", "fr"];
const aliasKinds = ["SPELLING", "SHORT_NAME", "TRANSLITERATION", "EPITHET", "DEMONYM", "ACRONYM"];

// CLDR lists these in addition to the ISO codes. ISO leaves XK to users (Kosovo) and
// reserves CQ (Sark) at the request of the United Kingdom; neither is a country code
// of the standard.
const outsideISO = new Set(["XK", "CQ"]);

// UN M49 puts Antarctica directly under World; CLDR puts it under its own QO.
const regionOverrides = { AQ: "001" };

const require = createRequire(import.meta.url);
const { codeMappings } = require("cldr-core/supplemental/codeMappings.json").supplemental;
const { territoryContainment } = require("cldr-core/supplemental/territoryContainment.json").supplemental;
const curated = JSON.parse(readFileSync(new URL("aliases.json", import.meta.url), "utf8"));

const cldrRelease = require("cldr-core/package.json").version.split(".")[0];
assert.equal(
  process.versions.cldr?.split(".")[0],
  cldrRelease,
  `this Node ${process.version} carries CLDR ${process.versions.cldr}; use one with CLDR ${cldrRelease}, or change cldr-core to match`,
);

const regions = regionsByCountry();
const displayNames = Object.fromEntries(
  languages.map((l) => [l, new Intl.DisplayNames(l, { type: "region", fallback: "none" })]),
);

const countries = [...regions.keys()].sort().map(country);
check(countries);

const output = new URL("../../internal/content/countries.json", import.meta.url);
writeFileSync(output, `[\n${countries.map((c) => JSON.stringify(c)).join(",\n")}\n]\n`);
console.log(`wrote ${countries.length} countries, ${countries.flatMap((c) => c.aliases).length} aliases (CLDR ${process.versions.cldr})`);

// regionsByCountry returns the M49 area that directly contains each country, from
// CLDR's containment data. Groupings (EU, Latin America) and codes withdrawn by ISO
// (DD, YU), which CLDR marks as such, are left out.
function regionsByCountry() {
  const found = new Map();
  for (const [area, { _contains, _grouping }] of Object.entries(territoryContainment)) {
    if (_grouping || area.includes("-status-") || !/^(\d{3}|QO)$/.test(area)) {
      continue;
    }
    for (const code of _contains.filter(isCountry)) {
      assert(!found.has(code), `${code} is in ${found.get(code)} and in ${area}`);
      found.set(code, regionOverrides[code] ?? area);
    }
  }
  return found;
}

// isCountry tells countries from areas (145, QO) and from the codes that CLDR adds for
// places that ISO counts as part of a country (AC Ascension, EA Ceuta): those lack a
// three-letter or a numeric code.
function isCountry(code) {
  const codes = codeMappings[code];
  return !(code in territoryContainment) && !outsideISO.has(code) && Boolean(codes?._alpha3 && codes._numeric);
}

function country(code) {
  const region = regions.get(code);
  return {
    code,
    alpha3: codeMappings[code]._alpha3,
    numeric: codeMappings[code]._numeric,
    flag: flag(code),
    region,
    names: namesOf(code),
    regionNames: namesOf(region),
    aliases: aliasesOf(code),
  };
}

// flag spells the code in regional indicator symbols, which fonts render as a flag.
function flag(code) {
  return String.fromCodePoint(...[...code].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 0x41));
}

// namesOf returns the name of a country or region in every language. A region may
// be an item of a list, so its name is capitalised (CLDR has "world").
function namesOf(code) {
  return Object.fromEntries(
    languages.map((language) => {
      const name = displayNames[language].of(code);
      assert(name, `${code} has no name in ${language}: Node needs its full ICU data`);
      return [language, name[0].toLocaleUpperCase(language) + name.slice(1)];
    }),
  );
}

function aliasesOf(code) {
  return languages.flatMap((language) =>
    Object.entries(curated[code]?.[language] ?? {}).flatMap(([kind, texts]) =>
      texts.map((text) => ({ text, language, kind })),
    ),
  );
}

function check(countries) {
  assert.equal(countries.length, 249, "ISO 3166-1 has 249 countries");
  for (const field of ["code", "alpha3", "numeric"]) {
    assert.equal(new Set(countries.map((c) => c[field])).size, 249, `${field} is not unique`);
  }
  for (const c of countries) {
    assert.match(c.alpha3, /^[A-Z]{3}$/, c.code);
    assert.match(c.numeric, /^\d{3}$/, c.code);
    assert.match(c.region, /^\d{3}$/, c.code);
  }
  for (const code of Object.keys(curated)) {
    assert(regions.has(code), `aliases.json: ${code} is not in ISO 3166-1`);
    for (const [language, kinds] of Object.entries(curated[code])) {
      assert(languages.includes(language), `aliases.json: ${code} has unknown language ${language}`);
      for (const kind of Object.keys(kinds)) {
        assert(aliasKinds.includes(kind), `aliases.json: ${code} has unknown kind ${kind}`);
      }
    }
  }
  // An alias shared by two countries would link articles to the wrong one, and an alias
  // equal to a name is useless. Both Congos are Congolese: the rest of the text tells
  // which one is meant.
  for (const language of languages) {
    const owner = new Map(countries.map((c) => [c.names[language].toLocaleLowerCase(language), c.code]));
    for (const c of countries) {
      for (const { text, kind } of c.aliases.filter((a) => a.language === language)) {
        const key = text.toLocaleLowerCase(language);
        if (kind === "DEMONYM" && ["CD", "CG"].includes(owner.get(key)) && ["CD", "CG"].includes(c.code)) {
          continue;
        }
        assert(!owner.has(key), `aliases.json: ${text} (${c.code}, ${language}) is already ${owner.get(key)}`);
        owner.set(key, c.code);
      }
    }
  }
}
