export { compareSettings } from './compare';
export { type ObservedSettings, type ObserveSettingsOptions, observeSettings } from './observe';
